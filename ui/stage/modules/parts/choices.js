/** A question with a few answers, as native radio buttons that look like one row. */

export const Choices = {
  name: "StageChoices",
  props: { name: String, label: String, help: String, choices: Array, missing: Boolean, optional: Boolean, disabled: Boolean, texts: Object },
  emits: ["choose"],
  template: `
    <fieldset class="stage-question" :class="{ 'is-missing': missing }" :disabled="disabled" :aria-invalid="missing">
      <legend :title="help">{{ label }}<span v-if="optional" class="stage-tag">{{ texts.optional }}</span></legend>
      <div class="stage-choices">
        <label v-for="choice in choices" :key="choice.value" class="stage-choice" :class="{ 'is-chosen': choice.chosen }" :title="choice.title">
          <input type="radio" :name="name" :value="choice.value" :checked="choice.chosen" :data-testid="choice.testid"
            @change="$emit('choose', choice.value)" />
          <span>{{ choice.label }}</span>
        </label>
      </div>
    </fieldset>
  `,
  methods: {
    focus() {
      this.$el.querySelector("input:checked, input").focus();
    },
  },
  updated() {
    // A choice that was refused or undone: the buttons show what is, not what was clicked.
    for (const input of this.$el.querySelectorAll("input")) {
      input.checked = this.choices.some((choice) => choice.value === input.value && choice.chosen);
    }
  },
};
