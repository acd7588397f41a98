/**
 * The box editor. This component lays the page out, asks the server and joins sheet, surface and keyboard; each of
 * these is a module of its own, and none of them knows the page.
 */
import { markRaw } from "vue";

import { BINDINGS, colourOf, meant, moved, resized, sameBox, Sheet, Surface, written } from "posewright-boxes";

const ZOOM_STEP = 1.25;
const TYPING_PAUSE_MS = 250;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);

export default {
  props: { given: Array, start: Number, texts: Object },
  template: `
    <section class="boxes" ref="root" @keydown="typed">
      <nav class="boxes-photos" :aria-label="texts.photos">
        <input class="boxes-search" type="search" v-model="search" :placeholder="texts.search" :aria-label="texts.search" data-testid="photo-search" />
        <p class="boxes-count" data-testid="photo-count">{{ fill(texts.count, { total: list.total, without: list.without }) }}</p>
        <ul ref="list">
          <li v-for="row in list.rows" :key="row.id">
            <button type="button" class="boxes-photo" :class="{ 'is-open': row.id === sheet?.photo.image }" :aria-current="row.id === sheet?.photo.image || null"
              :title="row.name" :data-photo="row.id" data-testid="photo" @click="open(row.id)">
              <span>{{ row.name }}</span><i :class="{ 'is-none': !row.boxes }">{{ row.boxes }}</i></button>
          </li>
          <li v-if="list.rows.length < list.total"><button type="button" class="boxes-more" @click="more">{{ texts.more }}</button></li>
        </ul>
      </nav>

      <div class="boxes-left">
        <div class="boxes-picture" ref="picture" tabindex="0" role="application" :aria-label="texts.picture" data-testid="boxes-picture">
          <canvas ref="canvas"></canvas>
          <p v-if="notice" class="boxes-notice" :class="'is-' + notice.look" role="status" data-testid="boxes-notice">{{ notice.text }}
            <button v-if="notice.reload" type="button" @click="open(sheet.photo.image, true)">{{ texts.reload }}</button></p>
          <p v-if="!sheet && !notice" class="boxes-hint">{{ list.total ? texts.loading : texts.empty }}</p>
        </div>
        <div class="boxes-bar">
          <button v-for="tool in tools" :key="tool.name" type="button" :disabled="tool.off" :title="tool.title" :data-testid="'boxes-' + tool.name" @click="tool.act">{{ tool.text }}</button>
          <span class="boxes-spring"></span>
          <span class="boxes-status" :class="{ 'is-changed': changed }" data-testid="boxes-status">{{ status }}</span>
          <button type="button" class="is-main" :disabled="!changed || busy" :title="texts.save_help" data-testid="boxes-save" @click="save()">{{ texts.save }}</button>
          <button type="button" :disabled="busy" :title="texts.next_help" data-testid="boxes-next" @click="go(1)">{{ texts.next }}</button>
        </div>
      </div>

      <aside class="boxes-panel" :aria-label="texts.panel">
        <label class="boxes-field">{{ texts.drawn_as }}
          <select v-model.number="drawAs" data-testid="draw-as" @change="focusPicture">
            <option v-for="one in categories" :key="one.id" :value="one.id">{{ one.name }}</option>
          </select></label>
        <form class="boxes-new" @submit.prevent="addCategory">
          <input v-model.trim="newCategory" :placeholder="texts.new_category" :aria-label="texts.new_category" maxlength="128" data-testid="new-category" />
          <button type="submit" :disabled="!newCategory || busy" data-testid="add-category">{{ texts.add }}</button>
        </form>
        <h2>{{ fill(texts.boxes, { n: entries.length }) }}</h2>
        <p v-if="sheet && !entries.length" class="boxes-muted">{{ texts.none }}</p>
        <ol>
          <li v-for="(entry, index) in entries" :key="entry.key" class="boxes-entry" :class="{ 'is-chosen': entry.key === chosen }" data-testid="box">
            <button type="button" class="boxes-name" :aria-pressed="entry.key === chosen" @click="choose(entry.key)">
              <i :style="{ background: colour(entry.category) }"></i>{{ index + 1 }}
              <span>{{ Math.round(entry.box[2] - entry.box[0]) }} × {{ Math.round(entry.box[3] - entry.box[1]) }}</span></button>
            <select :value="entry.category" :disabled="entry.has.anything" :title="entry.has.anything ? texts.category_stays : texts.category" :aria-label="texts.category"
              data-testid="box-category" @change="give(entry, Number($event.target.value))">
              <option v-for="one in categories" :key="one.id" :value="one.id">{{ one.name }}</option>
            </select>
            <button type="button" class="boxes-delete" :disabled="entry.has.people" :title="entry.has.people ? texts.in_use : texts.delete" :aria-label="texts.delete"
              data-testid="box-delete" @click="sheet.remove(entry.key)">×</button>
            <p v-if="entry.note" class="boxes-muted">{{ entry.note }}</p>
          </li>
        </ol>
        <details class="boxes-keys"><summary>{{ texts.keys }}</summary>
          <dl><template v-for="binding in bindings" :key="binding.text"><dt>{{ written(binding) }}</dt><dd>{{ texts[binding.text] }}</dd></template></dl>
        </details>
      </aside>

      <dialog ref="question" class="boxes-question" data-testid="boxes-question" @cancel="decide(false)">
        <h2>{{ texts.confirm_title }}</h2><p>{{ question }}</p>
        <div><button type="button" @click="decide(false)">{{ texts.cancel }}</button>
          <button type="button" class="is-main" data-testid="boxes-confirm" @click="decide(true)">{{ texts.confirm }}</button></div>
      </dialog>
    </section>
  `,

  data() {
    return {
      list: { rows: [], total: 0, without: 0 },
      search: "",
      categories: this.given,
      drawAs: this.given[0]?.id ?? null,
      newCategory: "",
      entries: [],
      chosen: null,
      changed: false,
      canUndo: false,
      canRedo: false,
      sheet: null,
      notice: null,
      question: "",
      busy: false,
    };
  },

  computed: {
    bindings: () => BINDINGS,

    status() {
      if (!this.sheet) return "";
      return this.busy ? this.texts.saving : this.changed ? this.texts.unsaved : this.texts.saved;
    },

    tools() {
      const { texts, sheet } = this;
      const chosen = this.entries.find((entry) => entry.key === this.chosen);
      return [
        { name: "undo", text: texts.undo, title: texts.undo_help, off: !this.canUndo, act: () => sheet.undo() },
        { name: "redo", text: texts.redo, title: texts.redo_help, off: !this.canRedo, act: () => sheet.redo() },
        { name: "delete", text: texts.delete, title: chosen?.has.people ? texts.in_use : texts.delete_help, off: !chosen || chosen.has.people, act: () => this.act.remove() },
        { name: "fit", text: texts.fit, title: texts.fit_help, off: !sheet, act: () => this.surface.fit() },
      ];
    },
  },

  watch: {
    search() {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.look(), TYPING_PAUSE_MS);
    },
  },

  created() {
    this.asked = new Map();
    this.nextQuestion = 1;
    this.opening = 0;
  },

  async mounted() {
    this.surface = new Surface(this.$refs.canvas, {
      sheet: () => this.sheet,
      category: () => this.drawAs,
      place: (category) => this.categories.findIndex((one) => one.id === category),
      name: (category) => this.categories.find((one) => one.id === category)?.name.replaceAll("_", " ") ?? "",
    });
    this.act = this.actions();
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    addEventListener("beforeunload", (event) => this.changed && event.preventDefault(), { signal });
    addEventListener("keyup", (event) => event.code === "Space" && (this.surface.panning = false), { signal });
    window.posewrightBoxes = { entries: () => this.entries, point: (x, y) => this.onScreen(x, y), changed: () => this.changed };
    await this.look();
    const first = this.list.rows.find((row) => row.id === this.start) ?? this.list.rows[0];
    if (this.start || first) this.open(this.start || first.id);
  },

  unmounted() {
    this.leaving.abort();
    this.surface.dispose();
    delete window.posewrightBoxes;
  },

  methods: {
    fill,
    written,

    /** Asks the server. @returns {Promise<any>} rejects with {code, message} */
    ask(kind, payload) {
      const id = this.nextQuestion++;
      return new Promise((resolve, reject) => {
        this.asked.set(id, { resolve, reject });
        this.$emit("ask", { id, kind, payload });
      });
    },

    /** Called by the server. */
    answer(id, value, problem) {
      const waiting = this.asked.get(id);
      this.asked.delete(id);
      if (problem) waiting?.reject(problem);
      else waiting?.resolve(value);
    },

    async look(offset = 0) {
      try {
        const found = await this.ask("list", { search: this.search, offset });
        this.list = offset ? { ...found, rows: [...this.list.rows, ...found.rows] } : found;
      } catch (problem) {
        this.tell(problem);
      }
    },

    more() {
      return this.look(this.list.rows.length);
    },

    /** Another photo; what is not saved is saved first. */
    async open(image, anew = false) {
      if (!anew && this.changed && !(await this.save())) return;
      const turn = ++this.opening;
      try {
        const photo = await this.ask("open", { image });
        const isOpen = !anew && image === this.sheet?.photo.image;
        // What was drawn while the server answered is kept.
        if (turn === this.opening && !anew && !isOpen && !(await this.save())) return;
        if (turn !== this.opening) return;
        this.notice = null;
        if (!isOpen || (!this.changed && photo.version !== this.sheet.photo.version)) this.take(photo);
        this.surface.show(null);
        const picture = new Image();
        picture.src = photo.url;
        await picture.decode().catch(() => { throw { message: this.texts.photo_failed }; });
        if (turn === this.opening) this.surface.show(picture);
      } catch (problem) {
        if (turn === this.opening) this.tell(problem);
      }
      this.focusPicture();
    },

    /** The photo's boxes as the server has them. */
    take(photo) {
      this.sheet = markRaw(new Sheet(photo, () => this.refresh()));
      const row = this.list.rows.find((one) => one.id === photo.image);
      if (row) row.boxes = photo.boxes.length;
      this.refresh();
    },

    refresh() {
      const { sheet } = this;
      Object.assign(this, { entries: sheet.entries, chosen: sheet.chosen, changed: sheet.changed, canUndo: sheet.past.length > 0, canRedo: sheet.future.length > 0 });
      this.surface.paint();
    },

    /** @returns {Promise<boolean>} whether all is saved */
    async save(confirmed = false) {
      if (!this.sheet || !this.changed) return true;
      if (this.busy) return false;
      this.busy = true;
      const { photo } = this.sheet;
      const sent = this.sheet.entries;
      let confirming = null;
      try {
        const saved = await this.ask("save", { image: photo.image, version: photo.version, boxes: this.sheet.wanted(), confirmed });
        if (this.sheet.photo !== photo || this.sheet.entries !== sent) {
          this.tell({ message: this.texts.changed_meanwhile, reload: true });
          return false;
        }
        this.notice = null;
        this.take(saved);
        return true;
      } catch (problem) {
        if (problem.code === "boxes_need_confirmation") confirming = problem.message;
        else this.tell({ ...problem, reload: problem.code === "conflict" });
      } finally {
        this.busy = false;
      }
      return confirming !== null && (await this.confirmed(confirming)) && this.save(true);
    },

    confirmed(text) {
      this.question = text;
      this.$refs.question.showModal();
      return new Promise((resolve) => (this.decided = resolve));
    },

    decide(yes) {
      this.$refs.question.close();
      this.decided?.(yes);
      this.focusPicture();
    },

    async go(step) {
      const { rows } = this.list;
      const at = rows.findIndex((row) => row.id === this.sheet?.photo.image);
      if (step > 0 && at === rows.length - 1 && rows.length < this.list.total) await this.more();
      const next = this.list.rows[at + step];
      if (next) await this.open(next.id);
      else if (await this.save()) this.tell({ message: this.texts.last, look: "note" });
      this.$refs.list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    },

    async addCategory() {
      try {
        this.categories = await this.ask("category", { name: this.newCategory });
        this.drawAs = this.categories.find((one) => one.name === this.newCategory)?.id ?? this.drawAs;
        this.newCategory = "";
        this.focusPicture();
      } catch (problem) {
        this.tell(problem);
      }
    },

    tell({ message, reload = false, look = "error" }) {
      this.notice = { text: message, reload, look };
    },

    choose(key) {
      this.sheet.choose(key);
      this.focusPicture();
    },

    give(entry, category) {
      if (category !== entry.category && !entry.has.anything) this.sheet.change(entry.key, { category });
      this.drawAs = category;
      this.focusPicture();
    },

    colour(category) {
      return colourOf(this.categories.findIndex((one) => one.id === category));
    },

    focusPicture() {
      this.$refs.picture?.focus({ preventScroll: true });
    },

    /** Where a point of the photo is in the window, for whoever tests this page. */
    onScreen(x, y) {
      const { view, ratio, canvas } = this.surface;
      const frame = canvas.getBoundingClientRect();
      return { x: frame.left + ((x + 0.5 - view.left) * view.scale) / ratio, y: frame.top + ((y + 0.5 - view.top) * view.scale) / ratio };
    },

    typed(event) {
      if (event.target.closest("input, select, textarea, dialog, summary")) return;
      if (event.target.closest("button") && ["Enter", " "].includes(event.key)) return;
      if (event.code === "Space") {
        this.surface.panning = true;
        event.preventDefault();
        return;
      }
      const asked = meant(event);
      if (!asked || !this.sheet) return;
      event.preventDefault();
      this.act[asked.action](asked.key, ...asked.args);
    },

    /** What the keys do, by the names in `BINDINGS`. */
    actions() {
      const sheet = () => this.sheet;
      const chosen = () => sheet().chosenEntry;
      const step = (key) => [{ ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0, { ArrowUp: -1, ArrowDown: 1 }[key] ?? 0];
      const change = (make) => {
        const entry = chosen();
        const box = entry && make(entry.box);
        if (box && !sameBox(box, entry.box)) sheet().change(entry.key, { box });
      };
      return {
        draw: () => this.drawAs && sheet().add(this.drawAs, this.surface.middle()),
        nudge: (key, far = 1) => change((box) => moved(box, step(key)[0] * far, step(key)[1] * far, sheet().size)),
        stretch: (key) => change((box) => resized(box, { x: Math.abs(step(key)[0]), y: Math.abs(step(key)[1]) }, { x: box[2] + step(key)[0], y: box[3] + step(key)[1] }, sheet().size)),
        chooseNext: (key) => sheet().chooseNext(key === "]" ? 1 : -1),
        giveCategory: (key) => {
          const category = this.categories[Number(key) - 1];
          if (!category) return;
          if (chosen()) this.give(chosen(), category.id);
          else this.drawAs = category.id;
        },
        remove: () => chosen() && sheet().remove(chosen().key),
        undo: () => sheet().undo(),
        redo: () => sheet().redo(),
        save: () => this.save(),
        go: (key) => this.go(key === "PageDown" ? 1 : -1),
        look: (key) => (key === "0" ? this.surface.fit() : this.surface.zoom(key === "+" ? ZOOM_STEP : 1 / ZOOM_STEP)),
        escape: () => this.surface.cancel() || sheet().choose(null),
      };
    },
  },
};
