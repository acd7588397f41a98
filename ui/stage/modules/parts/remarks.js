/** Remarks on the stage: numbered marks on the picture, the list of threads, and the slip on which one is written. */

import { slipPlace } from "../remarks.js";
import { timeOf } from "../times.js";
import { fill } from "../words.js";

export const RemarkMarks = {
  name: "StageRemarkMarks",
  props: { threads: Array, chosen: Number, texts: Object },
  emits: ["choose", "moved"],
  template: `
    <div class="stage-marks" ref="marks">
      <button v-for="thread in shown" :key="thread.id" type="button" class="stage-mark" tabindex="-1" :data-remark="thread.id" data-testid="remark-mark"
        :class="['is-on-' + thread.pin.on, { 'is-unread': thread.unread, 'is-chosen': thread.id === chosen }]" :title="thread.entries[0].author + ': ' + thread.entries[0].text"
        :aria-label="fill(texts.remark_number, { n: thread.number })" @click="$emit('choose', thread.id)">{{ thread.number }}</button>
    </div>
  `,
  computed: {
    shown() {
      return this.threads.filter((thread) => thread.pin && (!thread.resolved || thread.id === this.chosen));
    },
  },
  methods: {
    fill,
    /** Moves the marks to where their points are now; beside Vue, because it happens in every painted frame. */
    follow(placeOf) {
      for (const mark of this.$refs.marks?.children ?? []) {
        const thread = this.shown.find(({ id }) => id === Number(mark.dataset.remark));
        const place = thread && placeOf(thread.pin);
        mark.style.visibility = place ? "visible" : "hidden";
        if (place) mark.style.transform = `translate(${place.x}px, ${place.y}px) translate(-50%, -100%)`;
      }
    },
  },
  mounted() {
    this.$emit("moved");
  },
  updated() {
    this.$emit("moved");
  },
};

export const RemarkSlip = {
  name: "StageRemarkSlip",
  props: { draft: Object, ready: Array, refusal: String, texts: Object },
  emits: ["send", "cancel", "pin", "write"],
  template: `
    <form class="stage-slip" ref="slip" :style="place" data-testid="remark-slip" @submit.prevent="$emit('send', text)" @pointerdown.stop @dblclick.stop @wheel.stop>
      <div v-if="draft.pin" class="stage-segments" role="radiogroup" :aria-label="texts.remark_pin">
        <button v-for="on in ['object', 'photo']" :key="on" type="button" role="radio" :aria-checked="draft.pin.on === on" :class="{ 'is-on': draft.pin.on === on }"
          :title="texts['remark_on_' + on + '_help']" :data-testid="'remark-on-' + on" @click="$emit('pin', on)">{{ texts['remark_on_' + on] }}</button>
      </div>
      <textarea ref="text" v-model="text" rows="3" maxlength="500" :placeholder="texts.remark_words" :aria-label="texts.remark_words" data-testid="remark-text"
        @keydown.enter.exact.prevent="$emit('send', text)" @keydown.esc.stop="$emit('cancel')"></textarea>
      <details v-if="ready.length > 0"><summary>{{ texts.remark_ready }}</summary>
        <button v-for="(line, place) in ready" :key="place" type="button" class="stage-ready" @click="add(line)">{{ line }}</button></details>
      <p v-if="refusal" class="stage-lacking" role="alert">{{ refusal }}</p>
      <div class="stage-slip-buttons"><span class="stage-spring"></span>
        <button type="button" class="stage-button" @click="$emit('cancel')">{{ texts.cancel }}</button>
        <button type="submit" class="stage-button is-main" :disabled="!text.trim()" data-testid="remark-send">{{ texts.remark_send }}</button></div>
    </form>
  `,
  data: () => ({ text: "", place: { left: "12px", bottom: "12px" } }),
  watch: {
    "draft.at": "settle",
    text(words) {
      this.$emit("write", words);
    },
  },
  mounted() {
    this.resizing = new ResizeObserver(() => this.settle());
    for (const element of [this.$refs.slip, this.$refs.slip.offsetParent]) if (element) this.resizing.observe(element);
    this.$refs.text.focus();
  },
  unmounted() {
    this.resizing.disconnect();
  },
  methods: {
    settle() {
      const { at, object } = this.draft;
      const { offsetWidth, offsetHeight, offsetParent } = this.$refs.slip;
      if (!at || !offsetParent) return;
      const room = { width: offsetParent.clientWidth, height: offsetParent.clientHeight };
      const { left, top } = slipPlace(at, object, { width: offsetWidth, height: offsetHeight }, room);
      this.place = { left: `${left}px`, top: `${top}px` };
    },
    add(line) {
      this.text = [this.text.trim(), line].filter(Boolean).join("\n");
      this.$refs.text.focus();
    },
  },
};

export const RemarkList = {
  name: "StageRemarkList",
  props: { talk: Object, chosen: Number, refusal: String, texts: Object },
  emits: ["close", "choose", "reply", "resolve", "add"],
  template: `
    <aside class="stage-remarks" :aria-label="texts.remarks" data-testid="remarks-list" @pointerdown.stop @dblclick.stop @wheel.stop>
      <header><h2>{{ texts.remarks }}</h2>
        <a :href="'/history/' + talk.assignment" data-testid="history-link">{{ texts.history }}</a><span class="stage-spring"></span>
        <button type="button" class="stage-button" @click="$emit('close')">{{ texts.close }}</button></header>
      <p v-if="refusal" class="stage-lacking" role="alert">{{ refusal }}</p>
      <p v-if="talk.decision" class="stage-decision" :class="'is-' + talk.decision.decision" data-testid="decision">
        <b>{{ fill(texts['decision_' + talk.decision.decision], { name: talk.decision.reviewer || '–', revision: talk.decision.revision }) }}</b>
        <small>{{ timeOf(talk.decision.at) }}</small><span v-if="talk.decision.reason">{{ talk.decision.reason }}</span></p>
      <p v-if="talk.threads.length === 0" class="stage-empty">{{ texts.remarks_none }}</p>
      <ol ref="threads">
        <li v-for="thread in talk.threads" :key="thread.id" class="stage-thread" :class="{ 'is-resolved': thread.resolved, 'is-chosen': thread.id === chosen }"
          data-testid="remark-thread" :data-remark="thread.id" @click="$emit('choose', thread.id)">
          <b class="stage-mark is-still" :class="thread.pin ? 'is-on-' + thread.pin.on : ''">{{ thread.number }}</b>
          <div class="stage-entries">
            <p v-for="entry in thread.entries" :key="entry.id"><b>{{ entry.author }}</b> <small>{{ timeOf(entry.at) }}</small><span>{{ entry.text }}</span></p>
            <form v-if="talk.can_remark && thread.id === chosen" @submit.prevent="reply(thread)">
              <input v-model="text" type="text" maxlength="500" :placeholder="texts.remark_reply" :aria-label="texts.remark_reply" data-testid="remark-reply"
                @keydown.esc.stop="$emit('close')" />
            </form>
          </div>
          <button v-if="talk.can_remark" type="button" class="stage-button is-small" data-testid="remark-resolve" :title="texts[thread.resolved ? 'remark_reopen_help' : 'remark_resolve_help']"
            @click.stop="$emit('resolve', thread, !thread.resolved)">{{ texts[thread.resolved ? 'remark_reopen' : 'remark_resolve'] }}</button>
        </li>
      </ol>
      <button v-if="talk.can_remark" type="button" class="stage-button" data-testid="remark-add-here" @click="$emit('add')">{{ texts.remark_add }}</button>
    </aside>
  `,
  data: () => ({ text: "" }),
  watch: {
    chosen: "reveal",
  },
  mounted() {
    this.reveal();
  },
  methods: {
    fill,
    timeOf,
    reveal() {
      this.text = "";
      this.$nextTick(() => this.$refs.threads?.querySelector(".is-chosen")?.scrollIntoView({ block: "nearest" }));
    },
    reply(thread) {
      if (!this.text.trim()) return;
      this.$emit("reply", thread, this.text, () => (this.text = ""));
    },
  },
};

/** Short words that come by themselves, and go by themselves; what they speak of stays in the list until it is read. */
export const News = {
  name: "StageNews",
  props: { news: Array, present: Number, texts: Object },
  emits: ["show", "dismiss"],
  template: `
    <div class="stage-news" aria-live="polite">
      <p v-for="each in news" :key="each.id" class="stage-toast" data-testid="news" :data-kind="each.kind">
        <span><b>{{ fill(words(each), { name: each.by }) }}</b> {{ each.excerpt }}</span>
        <a v-if="each.assignment !== present" :href="'/annotate/' + each.assignment" @click.prevent="$emit('show', each)">{{ texts.news_there }}</a>
        <button v-else-if="each.kind.startsWith('remark_')" type="button" class="stage-banner-button" @click="$emit('show', each)">{{ texts.news_show }}</button>
        <button type="button" class="stage-tool" :aria-label="texts.close" @click="$emit('dismiss', each.id)">×</button>
      </p>
    </div>
  `,
  methods: {
    fill,
    words({ kind }) {
      return this.texts[`news_${kind}`] ?? this.texts.news_other;
    },
  },
};
