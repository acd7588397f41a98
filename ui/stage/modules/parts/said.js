/** All that is said about the item, over its picture: marks, the slip, the list, a proposal's card, the news. */

import { OfferCard } from "./offer.js";
import { News, RemarkList, RemarkMarks, RemarkSlip } from "./remarks.js";

export const Said = {
  name: "StageSaid",
  components: { News, OfferCard, RemarkList, RemarkMarks, RemarkSlip },
  props: { ui: Object, session: Object, watching: Boolean, refusal: String, texts: Object },
  emits: ["jump", "done"],
  template: `
    <div class="stage-said">
      <template v-if="review.talk">
        <remark-marks ref="marks" :threads="review.talk.threads" :chosen="review.chosen" :texts="texts" @choose="remarks.show(true, $event)" @moved="follow"></remark-marks>
        <remark-slip v-if="review.draft" :draft="review.draft" :ready="review.talk.ready" :refusal="refusal" :texts="texts" @send="remarks.add($event)" @write="remarks.write($event)" @pin="remarks.pinTo($event)" @cancel="cancel"></remark-slip>
        <remark-list v-if="review.open" :talk="review.talk" :chosen="review.chosen" :refusal="refusal" :texts="texts" @close="toggle" @add="remarks.aim()"
          @choose="remarks.show(true, $event)" @reply="(thread, text, done) => remarks.reply(thread, text, done)" @resolve="(thread, resolved) => remarks.resolve(thread, resolved)"></remark-list>
        <offer-card v-if="review.card && !watching" :card="review.card" :locked="ui.locked" :can-edit="ui.item.canEdit" :texts="texts"
          @take="proposals.take(review.card.proposal, $event)" @end="proposals.end(review.card.proposal, $event)"></offer-card>
      </template>
      <news :news="review.news" :present="ui.item?.assignment" :texts="texts" @dismiss="session.review.dismiss($event)" @show="show"></news>
    </div>
  `,
  computed: {
    review() {
      return this.ui.review;
    },
    remarks() {
      return this.session.review.remarks;
    },
    proposals() {
      return this.session.review.proposals;
    },
  },
  methods: {
    /** Marks stay with their points. */
    follow() {
      this.$refs.marks?.follow((pin) => this.remarks.place(pin));
    },
    cancel() {
      this.remarks.cancel();
      this.$emit("done");
    },
    toggle() {
      this.remarks.show(!this.remarks.open);
      this.$emit("done");
    },
    show(news) {
      this.session.review.dismiss(news.id);
      if (news.assignment === this.ui.item?.assignment) this.remarks.show(true);
      else this.$emit("jump", news.assignment);
    },
  },
};
