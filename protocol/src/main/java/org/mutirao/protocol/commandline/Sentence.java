package org.mutirao.protocol.commandline;

import java.text.Format;
import java.text.MessageFormat;
import java.util.Locale;

/** A sentence for a person, as a pattern of {@link MessageFormat}. */
public final class Sentence {
    private Sentence() {}

    /** Fills the values in. A number without a format of its own is written plainly, as 50020 and not 50,020. */
    public static String of(String pattern, Object... values) {
        MessageFormat format = new MessageFormat(pattern, Locale.ROOT);
        Format[] formats = format.getFormatsByArgumentIndex();
        Object[] texts = values.clone();
        for (int i = 0; i < texts.length; i++) {
            texts[i] = i < formats.length && formats[i] != null ? values[i] : String.valueOf(values[i]);
        }
        return format.format(texts);
    }
}
