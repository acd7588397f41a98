/** The sheet of keys: what each does, by the person's own keys, and the place where they are changed. */

import { BINDINGS, keyName, pressedKey, useKeys } from "../keys.js";
import { fill } from "../words.js";

const FIXED = ["escape", "keys"];
const ALONE = ["Shift", "Control", "Alt", "Meta", "CapsLock", "Tab", "Dead", "Process", "Unidentified"];

export const KeysDialog = {
  name: "StageKeysDialog",
  props: { texts: Object, watching: Boolean },
  emits: ["closed", "changed"],
  template: `
    <dialog ref="dialog" class="stage-dialog stage-keys" aria-labelledby="stage-keys-title" data-testid="keys-dialog"
      @close="closed" @cancel="giveUp" @click="closeOutside" @keydown.capture="press">
      <form method="dialog">
        <header><h2 id="stage-keys-title">{{ texts.keys_title }}</h2>
          <span class="stage-spring"></span>
          <button v-if="changing" type="button" class="stage-button" data-testid="keys-reset" @click="reset">{{ texts.keys_reset }}</button>
          <button type="button" class="stage-button" :aria-pressed="changing" data-testid="keys-change" @click="toggle">{{ changing ? texts.keys_done : texts.keys_change }}</button>
          <button class="stage-button" autofocus>{{ texts.close }}</button></header>
        <p v-if="changing" class="stage-keys-say" :class="{ 'is-refusal': refusal }" role="status" data-testid="keys-say">{{ refusal || (asked ? fill(texts.keys_press, { what: texts[asked.name] }) : texts.keys_choose) }}</p>
        <div class="stage-keys-columns">
          <section v-for="group in groups" :key="group.name">
            <h3>{{ texts['keys_' + group.name] }}</h3>
            <p v-if="group.name === 'pose'">{{ texts.keys_sizes }}</p>
            <dl v-if="group.name === 'mouse'" class="is-mouse"><template v-for="name in mouse" :key="name">
              <dt>{{ texts['mouse_' + name] }}</dt><dd>{{ texts['mouse_' + name + '_does'] }}</dd>
            </template></dl>
            <dl v-else :key="stand"><template v-for="binding in group.bindings" :key="binding.text">
              <dt><template v-for="(key, place) in binding.keys" :key="place">
                <button v-if="changing && !fixed(binding)" type="button" class="stage-key" :class="{ 'is-asked': asked?.name === binding.text && asked.place === place }"
                  :aria-label="texts[binding.text] + ': ' + keyName(key)" :data-testid="'key-' + binding.text + '-' + place" @click="ask(binding, place)">{{ keyName(key) }}</button>
                <kbd v-else>{{ keyName(key) }}</kbd></template></dt><dd>{{ texts[binding.text] }}</dd>
            </template></dl>
          </section>
        </div>
      </form>
    </dialog>
  `,
  data: () => ({
    /** In an order that fills three columns evenly: on a small screen all of them are seen at once. */
    groups: ["pose", "mouse", "work", "answer", "view"].map((name) => ({ name, bindings: BINDINGS.filter((binding) => binding.group === name) })),
    mouse: ["object", "beside", "ring", "wheel", "double", "zoom", "pan", "one_finger", "two_fingers"],
    changing: false,
    asked: null,
    refusal: "",
    /** Counts the changes: keys live in a table that Vue does not watch. */
    stand: 0,
  }),
  methods: {
    fill,
    keyName,
    fixed: (binding) => FIXED.includes(binding.text),
    open() {
      this.$refs.dialog.showModal();
    },
    closed() {
      Object.assign(this, { changing: false, asked: null, refusal: "" });
      this.$emit("closed");
    },
    closeOutside(event) {
      if (event.target === this.$refs.dialog) this.$refs.dialog.close();
    },
    toggle() {
      Object.assign(this, { changing: !this.changing, asked: null, refusal: "" });
    },
    ask(binding, place) {
      Object.assign(this, { asked: { name: binding.text, place, keys: [...binding.keys], kind: binding.kind }, refusal: "" });
    },
    /** Escape leaves the key as it is; a second one closes. */
    giveUp(event) {
      if (!this.asked) return;
      event.preventDefault();
      this.asked = null;
    },
    async press(event) {
      if (!this.asked || event.key === "Escape" || ALONE.includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      const { name, place, keys, kind } = this.asked;
      keys[place] = pressedKey(event, kind);
      this.asked = null;
      await this.tell("/account/keys", { name, keys });
    },
    async reset() {
      await this.tell("/account/keys/reset", {});
    },
    async tell(address, body) {
      try {
        const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json", "Content-Type": "application/json" }, body: JSON.stringify(body) });
        const said = await answer.json();
        this.refusal = answer.ok ? "" : said.message;
        if (!answer.ok) return;
        useKeys(said.keys);
        this.stand += 1;
        this.$emit("changed");
      } catch {
        this.refusal = this.texts.notice_needs_connection;
      }
    },
  },
};
