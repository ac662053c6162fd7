package org.mutirao.console;

import org.mutirao.protocol.text.Language;

class EnglishTerminalsTest extends InTerminals {
    EnglishTerminalsTest() {
        super(Language.ENGLISH);
    }
}
