/**
 * The annotate stage. This component lays the page out and joins session, picture, hand and keyboard; each of these
 * is a module of its own, and none of them knows the page.
 */
import {
  banners, Choices, errand, Judge, Facts, fill, FlagDialog, Gallery, Gestures, ICONS, itemInAddress, keepSettings, keyActions, Keys, KeysDialog,
  keysOf, loadSettings, LookCard, modelName, Parameter, People, Photos, Picture, Replaced, RulePanel, Said, publicState, Session, showInAddress, snapshot, tip, Toolbar, useKeys, useModes, Work,
} from "posewright-stage";

const ZOOM_STEP = 1.25;
/** Nobody reads numbers that change more often; laying them out anew took half of each display frame of a drag. */
const PANEL_REST_MS = 100;
const TAKES_TEXT = "input[type=text], textarea, dialog *";
const KEEPS_FOCUS = "[aria-haspopup], [role=menu] *";

const photos = new Photos();

export default {
  components: { Choices, Facts, FlagDialog, Gallery, Judge, KeysDialog, LookCard, People, Replaced, RulePanel, Said, Parameter, Toolbar, Work },
  props: { assignment: Number, userId: Number, socketPath: String, modes: Array, steps: Object, texts: Object, watching: Boolean, person: Number, keys: Object, guides: Object },
  template: `
    <section class="stage" ref="root" :class="{ 'is-tabbing': tabbing, 'is-watching': watching }" :data-testid="watching ? 'watch-stage' : null" @pointerdown.capture="pointed(true)" @keydown.capture="pointed(false, $event)"
      @click="returnFocus" @change="returnFocus">
      <div class="stage-left">
        <div class="stage-picture" ref="picture" tabindex="0" data-testid="stage" role="application" :aria-label="texts.picture">
          <canvas ref="photo"></canvas>
          <canvas ref="overlay"></canvas>
          <div class="stage-banners" aria-live="polite">
            <p v-for="banner in banners" :key="banner.name" class="stage-banner" :class="'is-' + banner.look" :data-testid="'banner-' + banner.name">
              {{ banner.text }} <a v-if="banner.link" :href="banner.link.to" @click="banner.link.act?.($event)">{{ banner.link.text }}</a>
              <button v-if="banner.button" type="button" class="stage-banner-button" :data-testid="'banner-' + banner.name + '-button'" @click="banner.button.act()">{{ banner.button.text }}</button></p>
          </div>
          <people :people="ui.people ?? []" :texts="texts"></people>
          <replaced :offers="ui.replaced ?? []" :texts="texts" @take="session.replaced.takeBack($event)" @leave="session.replaced.leave($event)"></replaced>
          <said ref="said" :ui="ui" :session="session" :watching="watching" :refusal="refusalText" :texts="texts" @jump="jump" @done="focusPicture"></said>
          <rule-panel ref="rule" :item="ui.item" :models="ui.models" :guides="guides" :texts="texts" @done="focusPicture"></rule-panel>
          <look-card :look="ui.look ?? {}" :key-of="keysOf" :texts="texts" @swap="session.secondLook.swap()" @keep="session.secondLook.keep()" @on="session.secondLook.goOn()"></look-card>
          <p v-if="!ui.item && !ui.notice && ui.ended === null" class="stage-loading">{{ texts.loading }}</p>
        </div>
        <toolbar :settings="settings" :review="ui.review" :texts="texts" @remark="session.review.remarks.aim()" @remarks="$refs.said.toggle()" @set="set" @others="toggleOthers" @zoom="zoom" @keys="$refs.keysDialog.open()" @rule="$refs.rule.toggle()"></toolbar>
        <div class="stage-strip">
          <gallery :models="ui.models ?? []" :cad-index="ui.cadIndex" :disabled="ui.locked" :texts="texts" @choose="session.setModel($event)"></gallery>
          <figure v-for="preview in ['pose', 'photo']" :key="preview" class="stage-preview" :title="tip(texts['hold_' + preview], 'hold_' + preview)"
            :data-testid="'preview-' + preview" @pointerdown="holdByPointer($event, preview)" @pointerup="hold(false)" @pointercancel="hold(false)">
            <canvas :ref="'preview_' + preview"></canvas>
            <figcaption>{{ texts['preview_' + preview] }} <kbd>{{ keysOf('hold_' + preview) }}</kbd></figcaption>
          </figure>
        </div>
      </div>

      <aside class="stage-panel" :aria-label="texts.panel">
        <template v-if="ui.item">
          <facts ref="facts" :item="ui.item" :lights="ui.lights" :saved="ui.saved" :online="ui.online" :texts="texts"
            @go="go" @jump="jump" @leave="focusPicture"></facts>

          <div class="stage-model-row">
            <span class="stage-label">{{ texts.model }}</span>
            <button v-for="turn in modelTurns" :key="turn.testid" type="button" class="stage-tool" :style="{ order: turn.order }" :disabled="ui.locked || turn.needsModels && ui.models.length < 2"
              :title="tip(texts[turn.name], turn.name)" :aria-label="texts[turn.name]" :data-testid="turn.testid" @click="turn.act()">
              <svg viewBox="0 0 24 24"><path :d="turn.icon" /></svg></button>
            <output data-testid="model">{{ modelText }}</output>
          </div>

          <div class="stage-parameters" data-testid="params">
            <parameter v-for="parameter in ui.parameters" :key="ui.item.assignment + parameter.name" :parameter="parameter" :texts="texts" :disabled="!ui.editable"
              :ignored-reason="ui.item.rule.ignored_reason" @step="(direction, size) => session.step(parameter.name, direction, size)" @type="session.type(parameter.name, $event)"
              @typing="setTyping" @slide="session.slide(parameter.name, $event)" @slide-end="session.commit()" @save="session.save($event)" @leave="focusPicture"></parameter>
          </div>

          <div class="stage-questions">
            <choices name="quality" ref="object_status" :label="texts.quality" :help="texts.quality_help" :choices="ui.qualities" :missing="isMissing('object_status')"
              :disabled="!ui.editable" :texts="texts" @choose="session.answerQuality($event)"></choices>
            <choices name="dense" ref="dense" :label="texts.density" :help="texts.density_help" :choices="ui.densities" :missing="isMissing('dense')"
              :optional="ui.optional" :disabled="!ui.editable" :texts="texts" @choose="session.answerDensity($event)"></choices>
          </div>

          <judge v-if="ui.review.judging" :ui="ui" :texts="texts" :message="refusalText" @accept="session.review.decide('accept')" @send-back="session.review.decide('send_back', $event)"
            @reopen="session.review.decide('reopen')" @propose="session.review.proposals.begin()" @fix="session.review.proposals.begin({ fix: true })" @send="session.review.proposals.send($event)"
            @fix-accept="session.review.proposals.fixAndAccept()" @cancel="session.review.proposals.cancel()" @undo="session.undo()" @redo="session.redo()" @done="focusPicture"></judge>
          <work v-else ref="work" :ui="ui" :status="status" :message="noticeText" :texts="texts" @undo="session.undo()" @redo="session.redo()" @revert="session.revert()"
            @clear="session.clear()" @save="session.save($event)" @flag="$refs.flagDialog.open()" @done="focusPicture"></work>
        </template>
      </aside>
      <flag-dialog ref="flagDialog" :flag="ui.item?.flag" :texts="texts" @flag="(kind, reason) => session.flag(kind, reason)" @closed="focusPicture"></flag-dialog>
      <keys-dialog ref="keysDialog" :texts="texts" @closed="focusPicture" @changed="refresh"></keys-dialog>
    </section>
  `,

  data() {
    useModes(this.modes);
    return {
      ui: Object.freeze({ item: null, status: "offline", notice: null, online: false, ended: null, undrawn: null, locked: true, review: { news: [] } }),
      settings: { ...loadSettings(localStorage), ...(this.watching ? { room: null } : {}) },
      held: null,
      typing: false,
      tabbing: false,
      finished: false,
      photoFailed: false,
    };
  },

  computed: {
    status() {
      return this.ui.status === "saved" && this.typing ? "unsaved" : this.ui.status;
    },

    modelText() {
      const { modelPlace, models, model, cadIndex } = this.ui;
      if (!model) return String(cadIndex);
      return fill(this.texts.model_place, { n: modelPlace, total: models.length }) + (modelName(model) && ` · ${modelName(model)}`);
    },

    refusalText() {
      const refusal = this.ui.review.refusal;
      return refusal ? this.noticeWords(refusal) : "";
    },

    noticeText() {
      const { notice } = this.ui;
      return notice ? this.noticeWords(notice) : "";
    },

    banners() {
      return banners(this);
    },
  },

  created() {
    useKeys(this.keys);
    this.followed = 0;
    this.pointing = this.reloading = false;
    /** Where the pointer is on the picture, in CSS pixels. */
    this.pointer = null;
    this.errand = errand();
    this.heldKeys = { space: false };
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.session = new Session({
      socketUrl: `${scheme}//${location.host}${this.socketPath}`,
      userId: this.userId,
      assignment: this.assignment,
      stepTable: this.steps,
      storage: localStorage,
      watching: this.watching,
      person: this.person ?? null,
      listener: {
        onLook: (look) => this.lookAlong(look),
        onChange: () => this.refresh(),
        onItem: () => this.showItem(),
        onFetched: (job) => this.fetch(job),
        onMissing: (field) => this.$refs[field]?.focus(),
        onFinished: () => (this.finished = true),
        onDecided: () => this.errand.back && location.assign(this.errand.back),
      },
    });
    this.session.setVisible(!document.hidden);
    this.modelTurns = [
      { name: "model_prev", testid: "model-prev", order: 0, needsModels: true, icon: ICONS.left, act: () => this.session.turnModel(-1) },
      { name: "model_next", testid: "model-next", order: 1, needsModels: true, icon: ICONS.right, act: () => this.session.turnModel(1) },
      { name: "turn_round", testid: "turn-round", order: 2, icon: ICONS.roundabout, act: () => this.session.turnRound() },
    ];
  },

  mounted() {
    const { photo, overlay, picture, preview_pose: [pose], preview_photo: [raw] } = this.$refs;
    const canvases = { photo, overlay, previews: { pose, photo: raw } };
    this.canvas = new Picture(canvases, this.session.frames, this.settings, {
      onPainted: (seq) => {
        this.session.meter.painted(seq);
        this.session.painted();
      },
      onOvertaken: () => this.session.meter.overtaken(),
      onLooked: (room) => this.look(room),
      onMoved: () => this.$refs.said?.follow(),
    });
    this.canvas.ghosts = this.session.ghosts;
    this.session.picture = this.canvas;
    this.gestures = new Gestures(picture, this.session, this.canvas, this.heldKeys);
    this.keyboard = new Keys(this.$refs.root, keyActions(this));
    this.resizing = new ResizeObserver(() => this.measure());
    this.resizing.observe(picture);
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    picture.addEventListener("pointermove", (event) => this.noticePointer(event), { signal });
    picture.addEventListener("pointerleave", () => (this.pointer = null), { signal });
    addEventListener("popstate", () => this.session.open(itemInAddress()), { signal });
    // A page that reloads itself, as after a restart of the server, asks nobody: gestures and saves are kept here.
    window.navigation?.addEventListener("navigate", (event) => (this.reloading = event.navigationType === "reload" && !event.userInitiated), { signal });
    addEventListener("beforeunload", (event) => this.reloading || this.session.ended !== null || this.session.delivered || event.preventDefault(), { signal });
    document.addEventListener("visibilitychange", () => this.session.setVisible(!document.hidden), { signal });
    window.posewright = {
      state: () => publicState(this.session, this.canvas),
      stats: () => this.session.meter.stats(),
      poses: () => this.canvas.poses,
      ghosts: () => this.session.ghosts.shown,
      view: () => ({ ...this.canvas.view, ratio: this.canvas.ratio }),
    };
    this.measure();
    this.focusPicture();
    if (this.session.item) this.showItem();
  },

  unmounted() {
    cancelAnimationFrame(this.pending);
    clearTimeout(this.resting);
    for (const part of [this.session, this.canvas, this.gestures, this.keyboard]) part.dispose();
    this.resizing.disconnect();
    this.leaving.abort();
    delete window.posewright;
  },

  methods: {
    fill,
    keysOf,
    tip,

    /** The page follows the session once a display frame; in a drag less often, for the picture's sake. */
    refresh() {
      if (this.resting && this.isMoving()) return;
      this.pending ||= requestAnimationFrame((at) => this.follow(at));
    },

    /** Whether a drag is under way here, or at whom we watch. */
    isMoving() {
      return this.gestures?.active || this.session.watch?.holds;
    },

    rested() {
      this.resting = 0;
      this.refresh();
    },

    follow(at) {
      this.pending = 0;
      const rest = this.followed + PANEL_REST_MS - at;
      if (this.isMoving() && rest > 0) {
        this.resting ||= setTimeout(() => this.rested(), rest);
        return;
      }
      this.followed = at;
      this.ui = snapshot(this.session, this.texts);
      if (!this.canvas) return;
      this.canvas.offline = !this.session.online;
      this.canvas.showBeside(...this.session.review.proposals.beside);
      this.beginFix();
    },

    measure() {
      const { clientWidth, clientHeight } = this.$refs.picture;
      this.canvas.resize(clientWidth, clientHeight, window.devicePixelRatio || 1);
      this.followView();
    },

    /** Whom we watch sees the picture another way now. */
    lookAlong({ mode }) {
      if (mode !== this.settings.mode) this.canvas.setSettings((this.settings = { ...this.settings, mode }));
      this.followView();
    },

    /** Looks at the part of the photo that they look at, unless we look elsewhere. */
    followView(again = false) {
      const { watch } = this.session;
      if (again && watch) watch.followsView = true;
      const view = watch?.viewFor(this.canvas.screen);
      if (view && this.canvas.item) this.canvas.setView(view);
    },

    async showItem() {
      const { item, editor, job } = this.session;
      if (!this.canvas) return;
      this.finished = this.photoFailed = this.typing = false;
      this.ui = snapshot(this.session, this.texts);
      this.canvas.setItem(item, editor.answer, job.takeFrame());
      const atHand = photos.atHand(item.photoUrl);
      if (atHand) this.canvas.setPhoto(atHand);
      showInAddress(item, this.watching);
      const stillShown = () => this.session.item.assignment === item.assignment;
      try {
        const photo = await photos.get(item.photoUrl, item.image);
        if (!stillShown()) return;
        photos.rest(photo);
        if (photo !== atHand) this.canvas.setPhoto(photo);
      } catch {
        this.photoFailed = stillShown();
      }
    },

    /** Photo and gallery of an item that may be opened soon. */
    fetch(job) {
      const { item } = job;
      photos.fetchAhead(item.photoUrl, item.image, () => this.isMoving());
      job.thumbnails = item.models.filter((model) => model.readable).map((model) => Object.assign(new Image(), { src: model.thumbnail_url }));
    },

    noticeWords({ key, detail, values = {}, fields = [] }) {
      const { texts } = this;
      const labels = { object_status: texts.quality, dense: texts.density };
      const names = fields.map((field) => labels[field]).join(texts.name_separator);
      return [fill(texts[`notice_${key}`], { names, ...values }), detail].filter(Boolean).join(" ");
    },

    /** What was said of the answer as it was does not hold any more once a number is being typed. */
    setTyping(typing) {
      this.typing = typing;
      if (typing) this.session.changing();
    },

    noticePointer({ clientX, clientY }) {
      const { left, top } = this.$refs.picture.getBoundingClientRect();
      this.pointer = { x: clientX - left, y: clientY - top };
    },

    remarkHere() {
      this.session.review.remarks.begin(this.pointer);
    },

    /** Whoever comes from the queue to put an answer right begins at once, and goes back there. */
    beginFix() {
      const { review } = this.session;
      const { fixing, adjudicating } = this.errand;
      if (!fixing || !review.talk) return;
      this.errand.fixing = false;
      if (review.judging && review.talk.revision !== null && (adjudicating || review.talk.state !== "accepted")) review.proposals.begin({ fix: true, adjudicates: adjudicating });
    },

    go(way) {
      this.session.go(way);
    },

    jump(assignment) {
      this.session.open(assignment);
      this.focusPicture();
    },

    set(change) {
      this.settings = { ...this.settings, ...change };
      this.canvas.setSettings(this.settings);
      keepSettings(localStorage, this.watching ? { ...this.settings, room: loadSettings(localStorage).room } : this.settings);
    },

    /** How near this person looks holds for the next items too; whoever watches somebody chooses for themselves alone. */
    look(room) {
      this.session.watch?.lookElsewhere();
      if (this.watching || room === this.canvas.settings.room) return;
      this.settings.room = room;
      keepSettings(localStorage, this.settings);
    },

    toggleOthers() {
      this.set({ others: !this.settings.others });
    },

    changeOpacity(direction) {
      const opacity = Math.round(20 * this.settings.opacity + 2 * direction) / 20;
      this.set({ opacity: Math.min(1, Math.max(0.1, opacity)) });
    },

    zoom(how) {
      const ways = {
        in: () => this.canvas.zoom(ZOOM_STEP),
        out: () => this.canvas.zoom(1 / ZOOM_STEP),
        fit: () => this.canvas.fit(),
        frame: () => this.canvas.frameBox(),
      };
      ways[how]();
    },

    hold(down, what = null) {
      const { item, editor } = this.session;
      if (!item) return;
      this.held = down ? what : null;
      const answers = { prediction: item.prediction?.answer, saved: editor.saved?.answer };
      this.canvas.setHold(this.held, answers[this.held] ?? null);
    },

    holdByPointer(event, what) {
      event.currentTarget.setPointerCapture(event.pointerId);
      this.hold(true, what);
    },

    escape() {
      if ((this.session.secondLook.cards.length > 0 || this.session.secondLook.refusal) && !this.session.editor?.gesture) this.session.secondLook.keep();
      if (this.session.review.remarks.pinning || this.session.review.remarks.draft) this.session.review.remarks.cancel();
      this.gestures.cancel();
      this.session.cancel();
      this.focusPicture();
    },

    isMissing(field) {
      return Boolean(this.ui.notice?.fields?.includes(field));
    },

    focusPicture() {
      this.$refs.picture?.focus({ preventScroll: true });
    },

    /** Remembers whether the hand is on the mouse: a ring about the focused picture helps only who came by Tab. */
    pointed(pointing, event = null) {
      this.pointing = pointing;
      if (pointing) this.tabbing = false;
      else if (event.key === "Tab") this.tabbing = true;
    },

    /** After a click on a control the keys belong to the picture again; who came by Tab stays where they are. */
    returnFocus({ target }) {
      if (this.pointing && !target.closest(TAKES_TEXT) && !target.closest(KEEPS_FOCUS) && !document.querySelector("dialog[open]")) {
        this.focusPicture();
      }
    },
  },
};
