/** The reviewer's footer in place of the annotator's: accept, send back, propose, fix, open again. */

import { ICONS } from "../icons.js";
import { fill, tip } from "../words.js";

const JUDGED = ["saved", "reopened"];

export const Judge = {
  name: "StageJudge",
  props: { ui: Object, texts: Object, message: String },
  emits: ["accept", "send-back", "reopen", "propose", "fix", "send", "fix-accept", "cancel", "undo", "redo", "done"],
  template: `
    <footer class="stage-work stage-judge">
      <p class="stage-status" role="status"><b data-testid="judged-state" :data-state="talk.state">{{ texts['state_' + talk.state] }}</b>
        <span :class="{ 'is-error': message }" data-testid="judge-message">{{ message || note }}</span></p>
      <template v-if="ui.review.suggestion">
        <input v-model="comment" type="text" maxlength="500" class="stage-comment-line" :placeholder="texts.proposal_comment" :aria-label="texts.proposal_comment"
          data-testid="proposal-comment" @keydown.enter.prevent="send" @keydown.esc.stop="$emit('cancel')" />
        <div class="stage-buttons">
          <button type="button" class="stage-tool" :disabled="!ui.canUndo" :title="tip(texts.undo, 'undo')" :aria-label="texts.undo" @click="$emit('undo')"><svg viewBox="0 0 24 24"><path :d="icons.undo" /></svg></button>
          <button type="button" class="stage-tool" :disabled="!ui.canRedo" :title="tip(texts.redo, 'redo')" :aria-label="texts.redo" @click="$emit('redo')"><svg viewBox="0 0 24 24"><path :d="icons.redo" /></svg></button>
          <button type="button" class="stage-button" data-testid="proposal-cancel" @click="$emit('cancel')">{{ texts.cancel }}</button><span class="stage-spring"></span>
          <button type="button" class="stage-button" :class="{ 'is-main': ui.review.suggestion.fix }" :disabled="!fixable" :title="texts[adjudicates ? 'adjudicate_help' : 'fix_help']" data-testid="fix-accept" @click="$emit('fix-accept')">{{ adjudicates ? texts.adjudicate : ui.review.suggestion.fix ? texts.fix : texts.fix_short }}</button>
          <button v-if="!ui.review.suggestion.fix" type="button" class="stage-button is-main" :disabled="!talk.can_propose" :title="texts.propose_send_help" data-testid="proposal-send" @click="send">{{ texts.propose_send }}</button>
        </div>
      </template>
      <div v-else class="stage-buttons">
        <button type="button" class="stage-button" :disabled="!talk.can_propose" :title="texts.propose_help" data-testid="propose" @click="$emit('propose')">{{ texts.propose }}</button>
        <button type="button" class="stage-button" :disabled="!fixable" :title="texts.fix_help" data-testid="review-fix" @click="$emit('fix')">{{ texts.fix_short }}</button><span class="stage-spring"></span>
        <button v-if="talk.state === 'accepted'" type="button" class="stage-button" :title="texts.reopen_help" data-testid="review-reopen" @click="$emit('reopen')">{{ texts.reopen }}</button>
        <template v-else>
          <button type="button" class="stage-button" :disabled="!judged" :title="texts.send_back_help" data-testid="review-send-back" @click="open">{{ texts.send_back }}</button>
          <button type="button" class="stage-button is-save" :disabled="!judged" :title="texts.accept_help" data-testid="review-accept" @click="$emit('accept')">{{ texts.accept }}</button>
        </template>
      </div>
      <dialog ref="dialog" class="stage-dialog" aria-labelledby="stage-back-title" data-testid="send-back-dialog" @close="$emit('done')" @keydown="digit">
        <form method="dialog" @submit="submit">
          <h2 id="stage-back-title">{{ texts.send_back_title }}</h2>
          <button v-for="(line, place) in talk.ready" :key="place" type="button" class="stage-ready" @click="add(line)"><kbd>{{ place + 1 }}</kbd> {{ line }}</button>
          <label class="stage-reason">{{ texts.flag_reason }}<textarea v-model="reason" rows="3" maxlength="500" data-testid="send-back-reason"></textarea></label>
          <div class="stage-dialog-buttons"><span class="stage-spring"></span>
            <button type="submit" value="cancel" formnovalidate class="stage-button">{{ texts.cancel }}</button>
            <button type="submit" value="send" class="stage-button is-main" :disabled="!reason.trim()" data-testid="send-back-send">{{ texts.send_back }}</button></div>
        </form>
      </dialog>
    </footer>
  `,
  data: () => ({ comment: "", reason: "" }),
  created() {
    this.icons = ICONS;
  },
  computed: {
    talk() {
      return this.ui.review.talk;
    },
    judged() {
      return this.ui.online && this.talk.revision !== null && JUDGED.includes(this.talk.state);
    },
    adjudicates() {
      return Boolean(this.ui.review.suggestion?.adjudicates);
    },
    fixable() {
      return this.ui.online && this.talk.revision !== null && (this.adjudicates || this.talk.state !== "accepted");
    },
    note() {
      const { texts, talk, ui } = this;
      if (ui.review.suggestion) return texts.proposal_being_made;
      if (talk.revision === null) return texts.judge_nothing;
      return fill(texts[ui.differs ? "judge_differs" : "judge_revision"], { revision: talk.revision });
    },
  },
  methods: {
    tip,
    send() {
      this.$emit("send", this.comment);
      this.comment = "";
    },
    open() {
      this.reason = "";
      this.$refs.dialog.showModal();
      this.$refs.dialog.focus();
    },
    add(line) {
      this.reason = [this.reason.trim(), line].filter(Boolean).join("\n");
    },
    /** Digits choose among the ready-made ones, unless somebody is writing. */
    digit(event) {
      const line = this.talk.ready[Number(event.key) - 1];
      if (!line || event.target instanceof HTMLTextAreaElement || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.add(line);
    },
    submit(event) {
      if (event.submitter?.value === "send") this.$emit("send-back", this.reason.trim());
    },
  },
};
