/** The dialog to skip an item or ask for help. Native, so that Escape closes it. */

export const FlagDialog = {
  name: "StageFlagDialog",
  props: { flag: Object, texts: Object },
  emits: ["flag", "closed"],
  template: `
    <dialog ref="dialog" class="stage-dialog" aria-labelledby="stage-flag-title" data-testid="flag-dialog" @close="$emit('closed')">
      <form method="dialog" @submit="submit">
        <h2 id="stage-flag-title">{{ texts.flag_title }}</h2>
        <p>{{ texts.flag_help }}</p>
        <label class="stage-radio"><input type="radio" name="flag" value="skip" v-model="kind" />{{ texts.flag_skip }}</label>
        <label class="stage-radio"><input type="radio" name="flag" value="help" v-model="kind" />{{ texts.flag_ask }}</label>
        <label class="stage-reason">{{ texts.flag_reason }}
          <textarea v-model="reason" rows="3" maxlength="500" :aria-invalid="lacking" aria-describedby="stage-flag-lacking" data-testid="flag-reason"></textarea>
          <span id="stage-flag-lacking" class="stage-lacking" role="alert" data-testid="flag-lacking">{{ lacking ? texts.flag_lacking : "" }}</span>
        </label>
        <div class="stage-dialog-buttons">
          <button v-if="flag" type="submit" value="none" formnovalidate class="stage-button">{{ texts.flag_withdraw }}</button>
          <span class="stage-spring"></span>
          <button type="submit" value="cancel" formnovalidate class="stage-button">{{ texts.cancel }}</button>
          <button type="submit" value="send" class="stage-button is-main" data-testid="flag-send">{{ texts.flag_send }}</button>
        </div>
      </form>
    </dialog>
  `,
  data: () => ({ kind: "skip", reason: "", lacking: false }),
  watch: {
    kind() {
      this.lacking = false;
    },
    reason() {
      this.lacking = false;
    },
  },
  methods: {
    open() {
      this.kind = this.flag?.kind ?? "skip";
      this.reason = this.flag?.reason ?? "";
      this.lacking = false;
      this.$refs.dialog.showModal();
      this.$refs.dialog.querySelector("textarea").focus();
    },
    submit(event) {
      const choice = event.submitter?.value;
      this.lacking = choice === "send" && this.kind === "skip" && this.reason.trim() === "";
      if (this.lacking) {
        event.preventDefault();
        this.$refs.dialog.querySelector("textarea").focus();
      } else if (choice === "send") this.$emit("flag", this.kind, this.reason.trim());
      else if (choice === "none") this.$emit("flag", "none", "");
    },
  },
};
