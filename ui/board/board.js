/**
 * The board: who is at work on what, as it happens. One socket brings facts and, for the cards in sight, miniatures.
 */
import { Connection, dateOf, fill, Overlay, Photos, recentOf } from "posewright-stage";

const COLOUR = "#3ddc97";
const RING = 0.72;
/** "worker 2" before "worker 10". */
const named = (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true });
const ORDERS = {
  work: (a, b) => rank(b) - rank(a) || named(a, b),
  name: (a, b) => named(a, b),
  today: (a, b) => b.today - a.today || named(a, b),
  sent_back: (a, b) => b.sent_back - a.sent_back || named(a, b),
};
const rank = ({ place }) => (place === null ? 0 : place.doing === "editing" ? 2 : 1);

export default {
  props: { socketPath: String, texts: Object, width: Number, height: Number },
  emits: ["day"],
  template: `
    <div class="board" data-testid="board">
      <section>
        <p v-if="ended" class="board-message">{{ texts.ended }} <a href="/login?next=/board&ended=1">{{ texts.log_in }}</a></p>
        <p v-else-if="loaded && !online" class="board-message" data-testid="board-offline">{{ texts.offline }}</p>
        <header class="board-head"><h2>{{ texts.people }}</h2><small data-testid="at-work">{{ fill(texts.at_work, { n: atWork }) }}</small>
          <input v-model="search" type="search" :placeholder="texts.search" :aria-label="texts.search" data-testid="board-search" />
          <select v-model="order" :aria-label="texts.sort" data-testid="board-order"><option v-for="name in orders" :key="name" :value="name">{{ texts['by_' + name] }}</option></select>
        </header>
        <ul class="board-cards">
          <li v-if="!loaded" class="board-empty">{{ texts.loading }}</li>
          <li v-else-if="people.length === 0" class="board-empty" data-testid="empty">{{ texts.nobody }}</li>
          <li v-for="person in shown" :key="person.user_id" class="board-card" data-testid="board-card" :data-person="person.user_id" :data-doing="person.place?.doing ?? 'away'" :ref="(card) => keep(person.user_id, card)">
            <a v-if="person.place" class="board-picture" :href="watchAddress(person)" :aria-label="texts.watch + ' ' + person.name" :title="texts.watch + ' ' + person.name" data-testid="board-watch">
              <em v-if="person.place.image.taken_down" class="board-gone">{{ texts.taken_down }}</em>
              <canvas v-else :width="2 * width" :height="2 * height" :data-canvas="person.user_id"></canvas>
              <span :title="person.place.task">{{ caption(person.place) }}</span></a>
            <span v-else class="board-picture is-away">{{ texts.away }}</span>
            <p class="board-who"><i :class="'is-' + (person.place?.doing ?? 'away')" aria-hidden="true"></i><b>{{ person.name }}</b>
              <small v-if="person.place">{{ texts[person.place.doing] }}</small></p>
            <dl class="board-figures">
              <div><dt>{{ texts.today }}</dt><dd data-testid="today">{{ person.today }}</dd></div>
              <div><dt>{{ texts.in_all }}</dt><dd data-testid="in-all">{{ person.saved }}/{{ person.total }}</dd></div>
              <div><dt>{{ texts.pace }}</dt><dd data-testid="pace">{{ person.pace }}</dd></div>
              <div :class="{ 'is-warn': person.sent_back > 0 }"><dt>{{ texts.sent_back }}</dt><dd data-testid="sent-back">{{ person.sent_back }}</dd></div>
            </dl>
            <p class="board-last"><span v-if="person.place">{{ fill(texts.since, { time: recentOf(person.place.since) }) }} · </span>{{ person.last_at ? fill(texts.last, { time: recentOf(person.last_at) }) : texts.never }}</p>
          </li>
        </ul>
      </section>
      <aside class="board-side">
        <header class="board-head" style="margin: 0"><h2>{{ texts.tasks }}</h2><small>{{ tasks.length }}</small></header>
        <ul class="board-tasks">
          <li v-if="loaded && tasks.length === 0" class="board-empty">{{ texts.no_tasks }}</li>
          <li v-for="task in tasks" :key="task.task_id" class="board-task" data-testid="board-task" :data-task="task.task_id">
            <b>{{ task.name }}</b>
            <div class="pw-bar" role="progressbar" aria-valuemin="0" :aria-valuemax="task.total" :aria-valuenow="task.saved" :aria-label="fill(texts.saved_of, task)">
              <i class="is-saved" :style="part(task.saved, task)"></i><i class="is-sent-back" :style="part(task.sent_back, task)"></i><i class="is-drafted" :style="part(task.drafted, task)"></i></div>
            <small><span data-testid="task-saved">{{ fill(texts.saved_of, task) }}</span><span v-if="task.accepted">{{ fill(texts.accepted, { n: task.accepted }) }}</span>
              <span v-if="task.sent_back">{{ fill(texts.sent_back_n, { n: task.sent_back }) }}</span><span v-if="task.due_at">{{ fill(texts.due, { date: dateOf(task.due_at) }) }}</span></small>
          </li>
        </ul>
      </aside>
    </div>
  `,

  data: () => ({ loaded: false, online: false, ended: false, people: [], tasks: [], search: "", order: "work" }),

  computed: {
    orders: () => Object.keys(ORDERS),
    atWork() {
      return this.people.filter((person) => rank(person) === 2).length;
    },
    shown() {
      const wanted = this.search.trim().toLowerCase();
      return this.people.filter(({ name }) => name.toLowerCase().includes(wanted)).sort(ORDERS[this.order]);
    },
  },

  created() {
    /** What is drawn on each card: photo and newest frame, by person. */
    this.pictures = new Map();
    this.photos = new Photos();
    this.inSight = new Set();
  },

  mounted() {
    this.sight = new IntersectionObserver((entries) => this.seen(entries), { rootMargin: "80px" });
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.connection = new Connection(`${scheme}//${location.host}${this.socketPath}`, {
      onOpen: () => this.tellSight(),
      onClose: () => (this.online = false),
      onMessage: (message) => this.hear(message),
      onFrame: (header, payload) => this.drawn(header, payload),
      onRoundTrip: () => {},
      onEnded: () => (this.ended = true),
    });
    document.addEventListener("visibilitychange", this.tellSight);
  },

  unmounted() {
    document.removeEventListener("visibilitychange", this.tellSight);
    this.connection.close();
    this.sight.disconnect();
  },

  updated() {
    for (const id of this.inSight) this.paint(id);
  },

  methods: {
    dateOf,
    fill,
    recentOf,

    hear(message) {
      if (message.type === "board") {
        Object.assign(this, { loaded: true, online: true, people: message.people, tasks: message.tasks });
        this.$emit("day", message.day);
      } else if (message.type === "changes") {
        this.people = merged(this.people, message.people, message.gone_people, "user_id");
        this.tasks = merged(this.tasks, message.tasks, message.gone_tasks, "task_id");
        if (message.day) this.$emit("day", message.day);
      }
    },

    /** A card was made, or is gone. */
    keep(id, card) {
      if (card) this.sight?.observe(card);
      else this.inSight.delete(id);
    },

    seen(entries) {
      for (const { target, isIntersecting } of entries) {
        const id = Number(target.dataset.person);
        if (isIntersecting) this.inSight.add(id);
        else this.inSight.delete(id);
      }
      this.tellSight();
    },

    tellSight() {
      const people = document.hidden ? [] : [...this.inSight].slice(0, 100);
      this.connection?.send({ type: "in_sight", people });
    },

    async drawn(header, payload) {
      const id = Number(header.layer.split(":")[1]);
      const overlay = await Overlay.decode(header, payload).catch(() => null);
      if (!overlay) return;
      const picture = this.pictures.get(id) ?? {};
      picture.overlay?.close();
      this.pictures.set(id, { ...picture, overlay });
      this.paint(id);
    },

    /** Photo and overlay of one card, where both are of the item that the card is about. */
    async paint(id) {
      const place = this.people.find((person) => person.user_id === id)?.place;
      const canvas = this.$el.querySelector(`canvas[data-canvas="${id}"]`);
      if (!place || !canvas) return;
      const { width, height, id: image } = place.image;
      const photo = await this.photos.get(`/images/${image}/small`, { width: 1, height: 1 }).catch(() => null);
      const context = canvas.getContext("2d");
      const scale = Math.min(canvas.width / width, canvas.height / height);
      const [w, h] = [width * scale, height * scale];
      context.clearRect(0, 0, canvas.width, canvas.height);
      const bitmap = photo?.levels.get(photo.first);
      if (bitmap) context.drawImage(bitmap, (canvas.width - w) / 2, (canvas.height - h) / 2, w, h);
      const overlay = this.pictures.get(id)?.overlay;
      if (overlay?.header.assignment !== place.assignment) return;
      const enlarged = canvas.width / overlay.header.view.width;
      overlay.draw(context, [enlarged, 0, 0, enlarged, 0, 0], COLOUR, RING, false);
      canvas.dataset.drawn = overlay.header.seq;
    },

    watchAddress({ user_id: id, place }) {
      return place.doing === "editing" ? `/watch/${place.assignment}?person=${id}` : `/watch/${place.assignment}`;
    },

    /** The photo's name, which may say the category itself. */
    caption({ category, image }) {
      return image.name.startsWith(category) ? image.name : `${category.replaceAll("_", " ")} · ${image.name}`;
    },

    part(number, { total }) {
      return { width: `${(100 * number) / Math.max(1, total)}%` };
    },
  },
};

/** Rows with the changed ones in their place, new ones at the end, gone ones gone. */
function merged(rows, changed = [], gone = [], key) {
  const news = new Map(changed.map((row) => [row[key], row]));
  const left = rows.filter((row) => !gone.includes(row[key]));
  const known = new Set(left.map((row) => row[key]));
  return [...left.map((row) => news.get(row[key]) ?? row), ...changed.filter((row) => !known.has(row[key]))];
}
