/** Status and the ways to keep or drop the work: undo, redo, revert, save, save and go on, skip or ask. */

import { ICONS } from "../icons.js";
import { fill, tip } from "../words.js";

export const Work = {
  name: "StageWork",
  props: { ui: Object, status: String, message: String, texts: Object },
  emits: ["undo", "redo", "revert", "clear", "save", "flag", "done"],
  template: `
    <footer class="stage-work">
      <p class="stage-status" :class="'is-' + status" role="status"><i aria-hidden="true"></i>
        <b data-testid="status" :data-status="status">{{ texts['status_' + status] }}</b>
        <span :class="'is-' + (ui.notice?.level ?? 'note')" :title="message" data-testid="message">{{ message }}</span>
        <span v-if="ui.slow" class="stage-slow" :title="texts['slow_' + ui.slow.cause + '_help']" data-testid="slow">{{ fill(texts['slow_' + ui.slow.cause], { n: ui.slow.ms }) }}</span>
        <button type="button" class="stage-link" :class="{ 'is-flagged': ui.item.flag }" :title="tip(ui.item.flag?.reason || texts.flag, 'flag')" data-testid="flag" @click="$emit('flag')">
          <svg viewBox="0 0 24 24"><path :d="icons.flag" /></svg>{{ ui.item.flag ? texts['flagged_' + ui.item.flag.kind] : texts.flag_short }}</button>
      </p>
      <div class="stage-buttons">
        <button type="button" class="stage-tool" :disabled="!ui.canUndo || ui.locked" :title="tip(texts.undo, 'undo')" :aria-label="texts.undo" data-testid="undo" @click="$emit('undo')">
          <svg viewBox="0 0 24 24"><path :d="icons.undo" /></svg></button>
        <button type="button" class="stage-tool" :disabled="!ui.canRedo || ui.locked" :title="tip(texts.redo, 'redo')" :aria-label="texts.redo" data-testid="redo" @click="$emit('redo')">
          <svg viewBox="0 0 24 24"><path :d="icons.redo" /></svg></button>
        <span class="stage-split" @keydown="menuKey" @focusout="left">
          <button type="button" class="stage-button is-revert" :disabled="ui.locked" :title="ui.saved ? texts.revert_saved_help : texts.revert_clear_help"
            data-testid="revert" @click="$emit(ui.saved ? 'revert' : 'clear')">{{ texts.revert }}</button>
          <button type="button" ref="caret" class="stage-button is-revert is-caret" :disabled="ui.locked" aria-haspopup="menu" :aria-expanded="menu"
            :title="tip(texts.revert_menu, 'revert')" :aria-label="texts.revert_menu" data-testid="revert-menu" @click="menu ? close() : openMenu()">
            <svg viewBox="0 0 24 24"><path :d="icons.down" /></svg></button>
          <span v-if="menu" class="stage-menu" role="menu" ref="menu">
            <button type="button" role="menuitem" :disabled="!ui.saved" data-testid="revert-saved" @click="choose('revert')">{{ texts.revert_saved }}<small>{{ texts.revert_saved_help }}</small></button>
            <button type="button" role="menuitem" :disabled="!ui.online" data-testid="revert-clear" @click="choose('clear')">{{ texts.revert_clear }}<small>{{ texts.revert_clear_help }}</small></button>
          </span>
        </span>
        <button type="button" class="stage-button is-save" :disabled="ui.locked" :title="tip(texts.save_help, 'save')" data-testid="save" @click="$emit('save', false)">
          <svg viewBox="0 0 24 24"><path :d="icons.save" /></svg>{{ texts.save }}</button>
        <button type="button" class="stage-button is-save is-next" :disabled="ui.locked" :title="tip(texts.save_next_help, 'save_next')" data-testid="save-next" @click="$emit('save', true)">
          {{ texts.save_next }}<svg viewBox="0 0 24 24"><path :d="icons.next" /></svg></button>
      </div>
    </footer>
  `,
  data: () => ({ menu: false }),
  created() {
    this.icons = ICONS;
  },
  methods: {
    fill,
    tip,
    openMenu() {
      if (this.ui.locked) return;
      this.menu = true;
      this.$nextTick(() => this.items()[0]?.focus());
    },
    close() {
      this.menu = false;
    },
    items() {
      return [...(this.$refs.menu?.querySelectorAll("button:not(:disabled)") ?? [])];
    },
    choose(what) {
      this.close();
      this.$emit(what);
      this.$emit("done");
    },
    menuKey(event) {
      if (!this.menu) return;
      if (event.key === "Escape") {
        event.stopPropagation();
        this.close();
        this.$refs.caret.focus();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const items = this.items();
        const step = event.key === "ArrowDown" ? 1 : items.length - 1;
        items[(items.indexOf(document.activeElement) + step) % items.length]?.focus();
      }
    },
    left(event) {
      if (!event.currentTarget.contains(event.relatedTarget)) this.close();
    },
  },
};
