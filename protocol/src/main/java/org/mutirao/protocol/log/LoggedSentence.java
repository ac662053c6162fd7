package org.mutirao.protocol.log;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import org.mutirao.protocol.text.Text;
import org.slf4j.helpers.MessageFormatter;

/** The message of a line in the language that this program speaks. Lines for programs stay English. */
public final class LoggedSentence extends ClassicConverter {
    @Override
    public String convert(ILoggingEvent event) {
        String english = event.getMessage();
        String twin = english == null ? "" : Text.pattern(english);
        return twin.equals(english)
                ? event.getFormattedMessage()
                : MessageFormatter.basicArrayFormat(twin, event.getArgumentArray());
    }
}
