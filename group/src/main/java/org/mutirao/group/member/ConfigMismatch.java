package org.mutirao.group.member;

import java.util.Optional;
import org.mutirao.protocol.message.MasterCard;

/** Why another master does not fit this one, in words for a person; empty when it does. */
final class ConfigMismatch {
    private ConfigMismatch() {}

    static String who(MasterCard card) {
        return "Master " + card.id() + " at " + card.address();
    }

    static Optional<String> ofVersion(MasterCard card) {
        return card.version() == MasterCard.VERSION
                ? Optional.empty()
                : Optional.of(who(card) + " is of another version (" + card.version() + ", this one "
                        + MasterCard.VERSION + "). Give all masters the same master.jar.");
    }

    static Optional<String> ofSize(MasterCard card, int size) {
        return card.size() == size
                ? Optional.empty()
                : Optional.of(who(card) + " wants a group of " + card.size() + ", this one of " + size
                        + ". Give all masters the same --masters.");
    }

    static Optional<String> ofElection(MasterCard card, Election rule) {
        return card.election().equals(rule.toString())
                ? Optional.empty()
                : Optional.of(who(card) + " elects by " + card.election() + ", this one by " + rule
                        + ". Give all masters the same --election.");
    }
}
