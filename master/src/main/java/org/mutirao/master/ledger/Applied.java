package org.mutirao.master.ledger;

import java.util.List;

/** What applying one command brought. */
public record Applied(Verdict verdict, List<Effect> effects) {
    public Applied {
        effects = List.copyOf(effects);
    }

    static Applied refused(Verdict.Why why) {
        return new Applied(new Verdict.Refused(why), List.of());
    }
}
