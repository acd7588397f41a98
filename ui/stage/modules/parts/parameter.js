/**
 * One of the six parameters: steps both ways in three sizes, a number box, a live slider.
 *
 * Tab goes from box to box: the arrow keys in a box do what steps and slider do.
 */

const STEP_KEYS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 };
/** A number as it is read at rest; the box holds every digit while it has the focus. */
const brief = (value, unit) => String(unit ? Number(value.toFixed(3)) : Number(value.toPrecision(6)));
const sizeOf = (event) => (event.shiftKey ? "coarse" : event.altKey || event.ctrlKey ? "finest" : "fine");

export const Parameter = {
  name: "StageParameter",
  props: { parameter: Object, ignoredReason: String, disabled: Boolean, texts: Object },
  emits: ["step", "type", "typing", "slide", "slide-end", "save", "leave"],
  template: `
    <div class="stage-parameter" :class="{ 'is-ignored': parameter.ignored }" role="group" :aria-label="parameter.label">
      <label class="stage-parameter-label" :for="'param-' + parameter.name" :title="parameter.help">
        <span class="stage-parameter-name">{{ parameter.label }}</span>
        <span v-if="parameter.ignored" class="stage-tag" :title="ignoredReason">{{ texts.ignored }}</span>
      </label>
      <input class="stage-slider" type="range" tabindex="-1" min="0" max="1000" step="any" :value="parameter.slider"
        :disabled="disabled" :aria-label="texts.slider_of.replace('{name}', parameter.label)"
        :aria-valuetext="shown + parameter.unit" :title="parameter.help"
        :data-testid="'slider-' + parameter.name" :style="{ '--filled': parameter.slider / 10 + '%' }"
        @input="$emit('slide', Number($event.target.value))" @change="$emit('slide-end')" @keydown="sliderKey" />
      <div class="stage-steps">
        <button v-for="step in parameter.steps[0]" :key="step.testid" type="button" tabindex="-1" class="stage-step" :class="'is-' + step.size"
          :disabled="disabled" :title="step.title" :aria-label="step.title" :data-testid="step.testid"
          @click="$emit('step', step.direction, step.size)">{{ step.text }}</button>
        <span class="stage-box" :class="{ 'is-wrong': wrong }">
          <input :id="'param-' + parameter.name" ref="box" type="text" inputmode="decimal" autocomplete="off" spellcheck="false"
            :data-testid="'param-' + parameter.name" :value="text ?? (focused ? whole : shown)" :disabled="disabled" :aria-invalid="wrong"
            :title="parameter.help + '   ' + whole"
            @input="typing($event.target.value)" @keydown="boxKey" @focus="enter" @blur="finish" />
          <span v-if="parameter.unit" class="stage-unit" aria-hidden="true">{{ parameter.unit }}</span>
        </span>
        <button v-for="step in parameter.steps[1]" :key="step.testid" type="button" tabindex="-1" class="stage-step" :class="'is-' + step.size"
          :disabled="disabled" :title="step.title" :aria-label="step.title" :data-testid="step.testid"
          @click="$emit('step', step.direction, step.size)">{{ step.text }}</button>
      </div>
    </div>
  `,
  data: () => ({ text: null, wrong: false, focused: false }),
  computed: {
    shown() {
      return brief(this.parameter.value, this.parameter.unit);
    },
    whole() {
      return String(this.parameter.value);
    },
  },
  methods: {
    enter(event) {
      this.focused = true;
      this.$nextTick(() => event.target.select());
    },

    typing(text) {
      this.text = text;
      this.wrong = false;
      this.$emit("typing", true);
    },

    /** Takes the typed text over. @returns {boolean} whether the box holds a number now */
    apply() {
      if (this.text === null) return true;
      const value = Number(this.text.trim().replace(",", ".").replace("−", "-"));
      if (this.text.trim() === "" || !Number.isFinite(value) || (this.parameter.name === "distance" && value <= 0)) {
        this.wrong = true;
        return false;
      }
      this.text = null;
      this.$emit("typing", false);
      if (value !== this.parameter.value) this.$emit("type", value);
      return true;
    },

    restore() {
      this.text = null;
      this.wrong = false;
      this.$emit("typing", false);
    },

    /** Leaving the box takes the number over; what is none is given up. */
    finish() {
      this.focused = false;
      if (!this.apply()) this.restore();
    },

    boxKey(event) {
      if (event.isComposing) return;
      if (event.key === "Enter") {
        event.preventDefault();
        if (this.apply()) this.$emit("save", event.shiftKey);
      } else if (event.key === "Escape") {
        this.restore();
        this.$emit("leave");
      } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
        event.preventDefault();
        if (this.apply()) this.$emit("step", STEP_KEYS[event.key], sizeOf(event));
      }
    },

    sliderKey(event) {
      if (!STEP_KEYS[event.key]) return;
      event.preventDefault();
      this.$emit("step", STEP_KEYS[event.key], sizeOf(event));
    },
  },
};
