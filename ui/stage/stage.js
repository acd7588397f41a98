/**
 * The annotate stage. This component lays the page out and joins session, picture, hand and keyboard; each of these
 * is a module of its own and none of them knows the page.
 */
import {
  Choices, COLOURS, FlagDialog, Gallery, Gestures, ICONS, keepSettings, Keys, KeysDialog, keysOf, loadSettings, MODES,
  Parameter, Photos, Picture, publicState, Session, snapshot,
} from "posewright-stage";

const photos = new Photos();
const WHEEL_OF = (list, present) => list[(list.indexOf(present) + 1) % list.length];
const IS_TEXT = "input[type=text], input[type=number], textarea, dialog *";

export default {
  components: { Choices, FlagDialog, Gallery, KeysDialog, Parameter },
  props: { assignment: Number, userId: Number, socketPath: String, steps: Object, texts: Object },
  template: `
    <section class="stage" ref="root" :class="{ 'is-offline': !ui.online }" @pointerdown.capture="pointing = true" @keydown.capture="pointing = false"
      @click="returnFocus" @change="returnFocus">
      <div class="stage-left">
        <div class="stage-picture" ref="picture" tabindex="0" data-testid="stage" role="application" :aria-label="texts.picture">
          <canvas ref="photo"></canvas>
          <canvas ref="overlay"></canvas>
          <div class="stage-banners" aria-live="polite">
            <p v-if="holdLabel" class="stage-banner is-hold">{{ holdLabel }}</p>
            <p v-if="ui.ended !== null" class="stage-banner is-error">{{ texts.session_ended }} <a href="/login">{{ texts.log_in }}</a></p>
            <p v-else-if="ui.item && !ui.online" class="stage-banner is-warn" data-testid="offline">{{ ui.stale ? texts.offline_stale : texts.offline }}</p>
            <p v-if="ui.undrawn" class="stage-banner is-error" data-testid="undrawn">{{ fill(texts.undrawn, { n: ui.undrawn.cad_index }) }} <small>{{ ui.undrawn.message }}</small></p>
            <p v-if="photoFailed" class="stage-banner is-error">{{ texts.photo_failed }}</p>
            <p v-if="finished" class="stage-banner is-done" data-testid="finished">{{ texts.finished }} <a href="/tasks">{{ texts.to_tasks }}</a></p>
            <p v-if="!ui.item && ui.notice" class="stage-banner is-error">{{ noticeText }} <a href="/tasks">{{ texts.to_tasks }}</a></p>
          </div>
          <p v-if="!ui.item && !ui.notice && ui.ended === null" class="stage-loading">{{ texts.loading }}</p>
        </div>

        <div class="stage-toolbar" role="toolbar" :aria-label="texts.toolbar">
          <div class="stage-segments" role="radiogroup" :aria-label="texts.mode">
            <button v-for="mode in modes" :key="mode" type="button" role="radio" :aria-checked="mode === settings.mode" :class="{ 'is-on': mode === settings.mode }"
              :title="tip(texts['mode_' + mode + '_help'], 'mode')" :data-testid="'mode-' + mode" @click="set({ mode })">{{ texts['mode_' + mode] }}</button>
          </div>
          <label class="stage-opacity" :title="tip(texts.opacity, 'opacity')">
            <span>{{ texts.opacity }}</span>
            <input class="stage-slider" type="range" min="0.1" max="1" step="0.05" :value="settings.opacity" data-testid="opacity"
              :style="{ '--filled': ((settings.opacity - 0.1) / 0.9) * 100 + '%' }" @input="set({ opacity: Number($event.target.value) })" />
          </label>
          <div class="stage-colours" role="radiogroup" :aria-label="texts.colour">
            <button v-for="(colour, place) in colours" :key="colour" type="button" role="radio" :aria-checked="colour === settings.colour" class="stage-colour"
              :class="{ 'is-on': colour === settings.colour }" :style="{ '--colour': colour }" :aria-label="texts.colour + ' ' + (place + 1)"
              :title="tip(texts.colour, 'colour')" @click="set({ colour })"></button>
          </div>
          <button type="button" class="stage-tool" :aria-pressed="settings.others" :title="tip(texts.others, 'others')" :aria-label="texts.others" data-testid="others" @click="toggleOthers">
            <svg viewBox="0 0 24 24"><path :d="icons.others" /></svg></button>
          <span class="stage-spring"></span>
          <button v-for="tool in zoomTools" :key="tool.name" type="button" class="stage-tool" :title="tip(texts[tool.name], tool.key)" :aria-label="texts[tool.name]"
            :data-testid="tool.testid" @click="tool.act"><svg viewBox="0 0 24 24"><path :d="icons[tool.icon]" /></svg></button>
          <button type="button" class="stage-tool" :title="tip(texts.keys, 'keys')" :aria-label="texts.keys" data-testid="keys" @click="$refs.keysDialog.open()">
            <svg viewBox="0 0 24 24"><path :d="icons.help" /></svg></button>
        </div>

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
          <header class="stage-facts">
            <div class="stage-places">
              <button v-for="way in ways" :key="way.testid" type="button" class="stage-tool" :disabled="ui.item[way.to] === null || !ui.online" :title="tip(texts[way.name], way.name)"
                :aria-label="texts[way.name]" :data-testid="way.testid" @click="go(way.to)"><svg viewBox="0 0 24 24"><path :d="icons[way.icon]" /></svg></button>
              <label class="stage-jump" :title="tip(texts.jump, 'jump')">
                <input ref="jump" type="text" inputmode="numeric" data-testid="jump" :aria-label="texts.jump" :value="ui.item.position" :disabled="ui.item.all.length === 0"
                  @focus="$event.target.select()" @keydown.enter.prevent="jumpTo($event.target)" @keydown.esc="focusPicture" @blur="$event.target.value = ui.item.position" />
                <span>{{ fill(texts.of_total, { n: ui.item.total }) }}</span>
              </label>
              <span class="stage-progress" :title="texts.progress">{{ fill(texts.progress_count, { saved: ui.item.progress.saved, total: ui.item.progress.total }) }}</span>
            </div>
            <h1 :title="ui.item.image.name">{{ category }}<small>{{ ui.item.image.name }}</small></h1>
            <ul class="stage-lights">
              <li v-for="light in ui.lights" :key="light.name" :class="['is-' + light.name, { 'is-on': light.on }]" :title="lightTitle(light)">
                <i aria-hidden="true"></i>{{ texts['light_' + light.name] }}<span class="stage-hidden">: {{ light.on ? texts.yes : texts.no }}</span></li>
              <li class="stage-fact" :title="texts.viewport_help">{{ texts.viewport }} {{ ui.item.viewport }}</li>
            </ul>
            <p v-if="rule" class="stage-rule" :title="rule">{{ rule }}</p>
          </header>

          <div class="stage-model-row">
            <span class="stage-label">{{ texts.model }}</span>
            <button type="button" class="stage-tool" :disabled="ui.locked || ui.models.length < 2" :title="tip(texts.model_prev, 'model_prev')" :aria-label="texts.model_prev" data-testid="model-prev" @click="session.turnModel(-1)">
              <svg viewBox="0 0 24 24"><path :d="icons.left" /></svg></button>
            <output data-testid="model">{{ modelText }}</output>
            <button type="button" class="stage-tool" :disabled="ui.locked || ui.models.length < 2" :title="tip(texts.model_next, 'model_next')" :aria-label="texts.model_next" data-testid="model-next" @click="session.turnModel(1)">
              <svg viewBox="0 0 24 24"><path :d="icons.right" /></svg></button>
            <button type="button" class="stage-tool" :disabled="ui.locked" :title="tip(texts.turn_round, 'turn_round')" :aria-label="texts.turn_round" data-testid="turn-round" @click="turnRound">
              <svg viewBox="0 0 24 24"><path :d="icons.roundabout" /></svg></button>
          </div>

          <div class="stage-parameters" data-testid="params">
            <parameter v-for="parameter in ui.parameters" :key="ui.item.assignment + parameter.name" :parameter="parameter" :texts="texts" :disabled="!ui.item.canEdit"
              :ignored-reason="ui.item.rule.ignored_reason" @step="(direction, size) => session.step(parameter.name, direction, size)" @type="type(parameter.name, $event)"
              @typing="typing = $event" @slide="slide(parameter.name, $event)" @slide-end="session.commit()" @save="session.save($event)" @leave="focusPicture"></parameter>
          </div>

          <div class="stage-questions">
            <choices name="quality" ref="quality" :label="texts.quality" :help="texts.quality_help" :choices="ui.qualities" :missing="isMissing('object_status')"
              :disabled="!ui.item.canEdit" :texts="texts" @choose="session.answerQuality($event)"></choices>
            <choices name="dense" ref="density" :label="texts.density" :help="texts.density_help" :choices="ui.densities" :missing="isMissing('dense')"
              :optional="ui.optional" :disabled="!ui.item.canEdit" :texts="texts" @choose="session.answerDensity($event)"></choices>
          </div>

          <footer class="stage-work">
            <p class="stage-status" :class="'is-' + status" role="status"><i aria-hidden="true"></i><b data-testid="status" :data-status="status">{{ texts['status_' + status] }}</b>
              <span :class="'is-' + (ui.notice?.level ?? 'note')" data-testid="message">{{ noticeText }}</span>
              <button type="button" class="stage-link" :class="{ 'is-flagged': ui.item.flag }" :title="tip(texts.flag, 'flag')" data-testid="flag" @click="$refs.flagDialog.open()">
                <svg viewBox="0 0 24 24"><path :d="icons.flag" /></svg>{{ ui.item.flag ? texts['flagged_' + ui.item.flag.kind] : texts.flag_short }}</button></p>
            <div class="stage-buttons">
              <button type="button" class="stage-tool" :disabled="!ui.canUndo || ui.locked" :title="tip(texts.undo, 'undo')" :aria-label="texts.undo" data-testid="undo" @click="session.undo()">
                <svg viewBox="0 0 24 24"><path :d="icons.undo" /></svg></button>
              <button type="button" class="stage-tool" :disabled="!ui.canRedo || ui.locked" :title="tip(texts.redo, 'redo')" :aria-label="texts.redo" data-testid="redo" @click="session.redo()">
                <svg viewBox="0 0 24 24"><path :d="icons.redo" /></svg></button>
              <span class="stage-split" @keydown="menuKey" @focusout="menuLeft">
                <button type="button" class="stage-button is-revert" :disabled="ui.locked" :title="revertTip" data-testid="revert" @click="revert">{{ texts.revert }}</button>
                <button type="button" ref="menuButton" class="stage-button is-revert is-caret" :disabled="ui.locked" aria-haspopup="menu" :aria-expanded="menu" :title="tip(texts.revert_menu, 'revert')"
                  :aria-label="texts.revert_menu" data-testid="revert-menu" @click="menu = !menu"><svg viewBox="0 0 24 24"><path :d="icons.down" /></svg></button>
                <span v-if="menu" class="stage-menu" role="menu" ref="menu">
                  <button type="button" role="menuitem" :disabled="!ui.saved" data-testid="revert-saved" @click="choose(() => session.revert())">{{ texts.revert_saved }}<small>{{ texts.revert_saved_help }}</small></button>
                  <button type="button" role="menuitem" :disabled="!ui.online" data-testid="revert-clear" @click="choose(() => session.clear())">{{ texts.revert_clear }}<small>{{ texts.revert_clear_help }}</small></button>
                </span>
              </span>
              <button type="button" class="stage-button is-save" :disabled="ui.locked" :title="tip(texts.save_help, 'save')" data-testid="save" @click="session.save(false)">
                <svg viewBox="0 0 24 24"><path :d="icons.save" /></svg>{{ texts.save }}</button>
              <button type="button" class="stage-button is-save is-next" :disabled="ui.locked" :title="tip(texts.save_next_help, 'save_next')" data-testid="save-next" @click="session.save(true)">
                {{ texts.save_next }}<svg viewBox="0 0 24 24"><path :d="icons.next" /></svg></button>
            </div>
          </footer>
        </template>
      </aside>
      <flag-dialog ref="flagDialog" :flag="ui.item?.flag" :texts="texts" @flag="(kind, reason) => session.flag(kind, reason)" @closed="focusPicture"></flag-dialog>
      <keys-dialog ref="keysDialog" :texts="texts" @closed="focusPicture"></keys-dialog>
    </section>
  `,

  data() {
    return {
      ui: Object.freeze({ item: null, status: "offline", notice: null, online: false, ended: null, undrawn: null, locked: true }),
      settings: loadSettings(localStorage),
      held: null,
      typing: false,
      menu: false,
      finished: false,
      photoFailed: false,
    };
  },

  computed: {
    status() {
      return this.ui.status === "saved" && this.typing ? "unsaved" : this.ui.status;
    },
    category() {
      return this.ui.item.category.replaceAll("_", " ");
    },
    rule() {
      const { note, ignored, ignored_reason: reason } = this.ui.item.rule;
      const names = ignored.map((name) => this.texts[name]).join(", ");
      return [note, ignored.length > 0 && this.fill(this.texts.rule_ignored, { names }), reason].filter(Boolean).join(" ");
    },
    modelText() {
      const { modelPlace, models, model, cadIndex } = this.ui;
      if (!model) return String(cadIndex);
      return this.fill(this.texts.model_place, { n: modelPlace, total: models.length }) + (model.name ? ` · ${model.name}` : "");
    },
    noticeText() {
      const { notice } = this.ui;
      if (!notice) return "";
      const detail = notice.detail ? ` ${notice.detail}` : "";
      return this.texts[`notice_${notice.key}`] + detail;
    },
    holdLabel() {
      if (!this.held) return "";
      const lacking = { prediction: !this.ui.item?.prediction, saved: !this.ui.saved }[this.held];
      return this.texts[lacking ? `no_${this.held}` : `showing_${this.held}`];
    },
    revertTip() {
      return this.ui.saved ? this.texts.revert_saved_help : this.texts.revert_clear_help;
    },
  },

  created() {
    this.modes = MODES;
    this.colours = COLOURS;
    this.icons = ICONS;
    this.keysOf = keysOf;
    this.pointing = false;
    this.heldKeys = { space: false };
    this.ways = [
      { to: "previous", name: "prev", testid: "prev", icon: "previous" },
      { to: "next", name: "next", testid: "next", icon: "next" },
      { to: "nextOpen", name: "next_open", testid: "next-open", icon: "nextOpen" },
    ];
    this.zoomTools = [
      { name: "zoom_out", key: "zoom", testid: "zoom-out", icon: "minus", act: () => this.canvas.zoom(1 / 1.25) },
      { name: "zoom_in", key: "zoom", testid: "zoom-in", icon: "plus", act: () => this.canvas.zoom(1.25) },
      { name: "fit", key: "fit", testid: "zoom-fit", icon: "fit", act: () => this.canvas.fit() },
      { name: "frame", key: "frame", testid: "zoom-frame", icon: "frame", act: () => this.canvas.frameBox() },
    ];
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.session = new Session({
      socketUrl: `${scheme}//${location.host}${this.socketPath}`,
      userId: this.userId,
      assignment: this.assignment,
      stepTable: this.steps,
      storage: localStorage,
      listener: {
        onChange: () => this.refresh(),
        onItem: () => this.showItem(),
        onMissing: (field) => this.focusQuestion(field),
        onFinished: () => (this.finished = true),
      },
    });
  },

  mounted() {
    const { photo, overlay, picture, preview_pose: pose, preview_photo: raw } = this.$refs;
    const canvases = { photo, overlay, previews: { pose: [pose].flat()[0], photo: [raw].flat()[0] } };
    this.canvas = new Picture(canvases, this.session.frames, this.settings, { onPainted: () => this.session.painted(), onView: () => {} });
    this.session.picture = this.canvas;
    this.gestures = new Gestures(picture, this.session, this.canvas, this.heldKeys);
    this.keys = new Keys(this.$refs.root, this.actions());
    this.resizing = new ResizeObserver(() => this.measure());
    this.resizing.observe(picture);
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    addEventListener("popstate", () => this.openFromAddress(), { signal });
    addEventListener("beforeunload", (event) => this.session.outbox.empty || event.preventDefault(), { signal });
    document.addEventListener("visibilitychange", () => this.session.setVisible(!document.hidden), { signal });
    window.posewright = { state: () => publicState(this.session, this.canvas), view: () => ({ ...this.canvas.view, ratio: this.canvas.ratio }) };
    this.measure();
    this.focusPicture();
    if (this.session.item) this.showItem();
  },

  unmounted() {
    cancelAnimationFrame(this.pending);
    for (const part of [this.session, this.canvas, this.gestures, this.keys]) part.dispose();
    this.resizing.disconnect();
    this.leaving.abort();
    delete window.posewright;
  },

  methods: {
    fill: (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]),

    tip(text, action) {
      const keys = keysOf(action);
      return keys ? `${text}   ${keys}` : text;
    },

    /** The page follows the session once a display frame. */
    refresh() {
      this.pending ||= requestAnimationFrame(() => {
        this.pending = 0;
        this.ui = snapshot(this.session, this.texts);
        if (this.canvas) this.canvas.offline = !this.session.online;
      });
    },

    measure() {
      const { clientWidth, clientHeight } = this.$refs.picture;
      this.canvas.resize(clientWidth, clientHeight, window.devicePixelRatio || 1);
    },

    async showItem() {
      const { item, editor } = this.session;
      if (!this.canvas) return;
      this.finished = this.photoFailed = this.menu = this.typing = false;
      this.ui = snapshot(this.session, this.texts);
      this.canvas.setItem(item, editor.answer);
      const address = `/annotate/${item.assignment}`;
      if (!location.pathname.endsWith(address)) history.pushState(null, "", address);
      document.title = `${item.position} · ${this.category} · ${item.task.name} · Posewright`;
      try {
        const photo = await photos.get(item.photoUrl);
        if (this.session.item === item || this.session.item.assignment === item.assignment) this.canvas.setPhoto(photo);
      } catch {
        this.photoFailed = true;
      }
    },

    openFromAddress() {
      const [, assignment] = location.pathname.match(/\/annotate\/(\d+)$/) ?? [];
      if (assignment) this.session.open(Number(assignment));
    },

    go(way) {
      this.session.open(this.ui.item?.[way] ?? null);
    },

    jumpTo(input) {
      const assignment = this.ui.item.all[Number(input.value) - 1];
      if (assignment === undefined) input.select();
      else {
        this.session.open(assignment);
        this.focusPicture();
      }
    },

    type(name, value) {
      this.session.editPose((pose) => this.session.steps.typed(pose, name, value));
    },

    slide(name, position) {
      const { session } = this;
      if (!session.editor.gesture && !session.begin()) return;
      const anchor = session.item.answer.pose.distance;
      session.update(session.steps.set(session.editor.answer.pose, name, session.steps.fromSlider(name, position, anchor)));
    },

    turnRound() {
      const { steps } = this.session;
      this.session.editPose((pose) => steps.set(pose, "azimuth", steps.shown(pose, "azimuth") + 180));
    },

    revert() {
      if (this.ui.saved) this.session.revert();
      else this.session.clear();
    },

    set(change) {
      this.settings = { ...this.settings, ...change };
      this.canvas.setSettings(this.settings);
      keepSettings(localStorage, this.settings);
    },

    toggleOthers() {
      this.set({ others: !this.settings.others, boxes: !this.settings.others });
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

    /** What the keys do, by the names in keys.js. */
    actions() {
      const { session } = this;
      const still = (act) => (...args) => this.gestures.active || act(...args);
      return {
        step: still((name, direction, size, repeated) => session.nudge(name, direction, size, repeated)),
        stepEnd: still(() => session.commit()),
        turnRound: still(() => this.turnRound()),
        turnModel: still((direction) => session.turnModel(direction)),
        quality: still((value) => session.answerQuality(value)),
        density: still((value) => session.answerDensity(value)),
        save: still((next) => session.save(next)),
        undo: still(() => session.undo()),
        redo: still(() => session.redo()),
        openRevert: still(() => this.openMenu()),
        go: still((way) => this.go(way)),
        jump: still(() => this.$refs.jump?.focus()),
        openFlag: still(() => this.$refs.flagDialog.open()),
        openKeys: still(() => this.$refs.keysDialog.open()),
        escape: () => this.escape(),
        hold: (down, what) => this.hold(down, what),
        pan: (down) => (this.heldKeys.space = down),
        cycleMode: () => this.set({ mode: WHEEL_OF(MODES, this.settings.mode) }),
        cycleColour: () => this.set({ colour: WHEEL_OF(COLOURS, this.settings.colour) }),
        opacity: (direction) => this.set({ opacity: Math.min(1, Math.max(0.1, Math.round(20 * this.settings.opacity + 2 * direction) / 20)) }),
        toggleOthers: () => this.toggleOthers(),
        zoom: (direction) => this.canvas.zoom(1.25 ** direction),
        fit: () => this.canvas.fit(),
        frameBox: () => this.canvas.frameBox(),
      };
    },

    escape() {
      this.gestures.cancel();
      this.session.cancel();
      this.menu = false;
      this.focusPicture();
    },

    openMenu() {
      if (this.ui.locked) return;
      this.menu = true;
      this.$nextTick(() => this.$refs.menu.querySelector("button:not(:disabled)")?.focus());
    },

    menuKey(event) {
      if (event.key === "Escape") {
        event.stopPropagation();
        this.menu = false;
        this.$refs.menuButton.focus();
      } else if (this.menu && ["ArrowDown", "ArrowUp"].includes(event.key)) {
        event.preventDefault();
        const items = [...this.$refs.menu.querySelectorAll("button:not(:disabled)")];
        const step = event.key === "ArrowDown" ? 1 : items.length - 1;
        items[(items.indexOf(document.activeElement) + step) % items.length]?.focus();
      }
    },

    menuLeft(event) {
      if (!event.currentTarget.contains(event.relatedTarget)) this.menu = false;
    },

    choose(act) {
      this.menu = false;
      act();
      this.focusPicture();
    },

    isMissing(field) {
      return Boolean(this.ui.notice?.fields?.includes(field));
    },

    focusQuestion(field) {
      const part = field === "object_status" ? this.$refs.quality : this.$refs.density;
      part?.$el.querySelector("input")?.focus();
    },

    focusPicture() {
      this.$refs.picture?.focus({ preventScroll: true });
    },

    /** After a click on a control the keys belong to the picture again; who came by Tab stays where they are. */
    returnFocus(event) {
      if (!this.pointing || event.target.closest(IS_TEXT) || event.target.closest("[aria-haspopup], [role=menu]")) return;
      if (event.target.closest(".stage-panel, .stage-toolbar, .stage-strip") && !document.querySelector("dialog[open]")) this.focusPicture();
    },
  },
};
