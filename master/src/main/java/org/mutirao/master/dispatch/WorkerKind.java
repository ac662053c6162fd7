package org.mutirao.master.dispatch;

import org.mutirao.protocol.text.Text;

/** Whose program a worker is, as far as the master can tell. */
public enum WorkerKind {
    /** It has only been heard so far. */
    UNREGISTERED("unregistered"),
    OURS("ours"),
    A("A"),
    B("B"),
    C("C"),
    D("D"),
    E("E"),
    F("F"),
    /** Only these two go on without registering again when the master was started anew. */
    D_OR_E("D/E"),
    /** A program of another group that is none of those. */
    OTHER("OTHER");

    private final String label;

    WorkerKind(String label) {
        this.label = label;
    }

    /** For tables and the wire. */
    public String label() {
        return label;
    }

    /** For people. */
    public String inWords() {
        return switch (this) {
            case UNREGISTERED -> Text.of("unregistered");
            case OURS -> Text.of("ours");
            case A, B, C, D, E, F, D_OR_E, OTHER -> label;
        };
    }
}
