package org.mutirao.console;

import org.mutirao.protocol.text.Language;

class PortugueseTerminalsTest extends InTerminals {
    PortugueseTerminalsTest() {
        super(Language.PORTUGUESE);
    }
}
