package org.mutirao.group.member;

import java.util.Optional;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.text.Text;

/** Why another master does not fit this one, in words for a person; empty when it does. */
final class ConfigMismatch {
    private ConfigMismatch() {}

    static Optional<String> ofVersion(MasterCard card) {
        return card.version() == MasterCard.VERSION
                ? Optional.empty()
                : Optional.of(Text.of(
                        "Master %d at %s is of another version (%d, this one %d). Give all masters the same master.jar.",
                        card.id(), card.address(), card.version(), MasterCard.VERSION));
    }

    static Optional<String> ofSize(MasterCard card, int size) {
        return card.size() == size
                ? Optional.empty()
                : Optional.of(Text.of(
                        "Master %d at %s wants a group of %d, this one of %d. Give all masters the same --masters.",
                        card.id(), card.address(), card.size(), size));
    }

    static Optional<String> ofElection(MasterCard card, Election rule) {
        return card.election().equals(rule.toString())
                ? Optional.empty()
                : Optional.of(Text.of(
                        "Master %d at %s elects by %s, this one by %s. Give all masters the same --election.",
                        card.id(), card.address(), card.election(), rule));
    }
}
