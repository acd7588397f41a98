/** How the picture is drawn: mode, opacity, colour, other objects, zoom. */

import { ICONS } from "../icons.js";
import { COLOURS, MODES } from "../settings.js";
import { fill, tip } from "../words.js";

const ZOOMS = [
  { name: "zoom_out", key: "zoom", act: "out", icon: ICONS.minus },
  { name: "zoom_in", key: "zoom", act: "in", icon: ICONS.plus },
  { name: "fit", key: "fit", act: "fit", icon: ICONS.fit },
  { name: "frame", key: "frame", act: "frame", icon: ICONS.frame },
];

export const Toolbar = {
  name: "StageToolbar",
  props: { settings: Object, review: Object, texts: Object },
  emits: ["set", "others", "zoom", "keys", "rule", "remark", "remarks"],
  template: `
    <div class="stage-toolbar" role="toolbar" :aria-label="texts.toolbar">
      <div class="stage-segments" role="radiogroup" :aria-label="texts.mode">
        <button v-for="mode in modes" :key="mode.name" type="button" role="radio" :aria-checked="mode.name === settings.mode" :class="{ 'is-on': mode.name === settings.mode }"
          :title="tip(mode.help, 'mode')" :data-testid="'mode-' + mode.name" @click="$emit('set', { mode: mode.name })">{{ mode.title }}</button>
      </div>
      <label class="stage-opacity" :title="tip(texts.opacity, 'opacity')">
        <span>{{ texts.opacity }}</span>
        <input class="stage-slider" type="range" min="0.1" max="1" step="0.05" :value="settings.opacity" data-testid="opacity"
          :style="{ '--filled': ((settings.opacity - 0.1) / 0.9) * 100 + '%' }" @input="$emit('set', { opacity: Number($event.target.value) })" />
      </label>
      <div class="stage-colours" role="radiogroup" :aria-label="texts.colour">
        <button v-for="(colour, place) in colours" :key="colour" type="button" role="radio" class="stage-colour" :class="{ 'is-on': colour === settings.colour }"
          :aria-checked="colour === settings.colour" :style="{ '--colour': colour }" :aria-label="texts.colour + ' ' + (place + 1)"
          :title="tip(texts.colour, 'colour')" @click="$emit('set', { colour })"></button>
      </div>
      <button type="button" class="stage-tool" :aria-pressed="settings.others" :title="tip(texts.others, 'others')" :aria-label="texts.others"
        data-testid="others" @click="$emit('others')"><svg viewBox="0 0 24 24"><path :d="icons.others" /></svg></button>
      <template v-if="review?.talk">
        <button type="button" class="stage-tool" :disabled="!review.talk.can_remark" :aria-pressed="review.pinning" :title="tip(texts.remark_add_help, 'remark_add')" :aria-label="texts.remark_add"
          data-testid="remark-add" @click="$emit('remark')"><svg viewBox="0 0 24 24"><path :d="icons.pin" /></svg></button>
        <button type="button" class="stage-tool stage-remarks-button" :aria-pressed="review.open" :title="tip(fill(texts.remarks_count, { n: review.unread }), 'remarks')" :aria-label="texts.remarks"
          data-testid="remarks" @click="$emit('remarks')"><svg viewBox="0 0 24 24"><path :d="icons.remark" /></svg>
          <b v-if="review.unread > 0" data-testid="remarks-unread">{{ review.unread }}</b></button>
      </template>
      <span class="stage-spring"></span>
      <button v-for="zoom in zooms" :key="zoom.name" type="button" class="stage-tool" :title="tip(texts[zoom.name], zoom.key)" :aria-label="texts[zoom.name]"
        :data-testid="'zoom-' + zoom.act" @click="$emit('zoom', zoom.act)"><svg viewBox="0 0 24 24"><path :d="zoom.icon" /></svg></button>
      <button type="button" class="stage-tool" :title="tip(texts.rule, 'rule')" :aria-label="texts.rule" data-testid="rule" @click="$emit('rule')">
        <svg viewBox="0 0 24 24"><path :d="icons.rule" /></svg></button>
      <button type="button" class="stage-tool" :title="tip(texts.keys, 'keys')" :aria-label="texts.keys" data-testid="keys" @click="$emit('keys')">
        <svg viewBox="0 0 24 24"><path :d="icons.help" /></svg></button>
    </div>
  `,
  created() {
    Object.assign(this, { modes: MODES, colours: COLOURS, icons: ICONS, zooms: ZOOMS });
  },
  methods: { fill, tip },
};
