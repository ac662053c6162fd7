package org.mutirao.protocol.room;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.mutirao.protocol.text.Text;

/**
 * What all programs of a room know and never send: 96 random bits. A person reads, types and says it as six words of five letters, in the
 * notation of <a href="https://arxiv.org/html/0901.4016">proquints</a>: {@code lusab-babad-gutih-tugad-mudof-sakat}. So many bits can't be
 * found by trying, also not by one who listened to a proof. Immutable; {@link #toString} does not tell it.
 */
public final class RoomSecret {
    private static final int WORDS = 6;
    private static final int WORD_BYTES = 2;
    private static final int WORD_BITS = 16;
    private static final int LABEL_BYTES = 8;
    private static final String CONSONANTS = "bdfghjklmnprstvz";
    private static final String VOWELS = "aiou";
    private static final int CONSONANT_BITS = 4;
    private static final int VOWEL_BITS = 2;
    private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}]+");
    private static final String MAC = "HmacSHA256";

    private final byte[] bytes;

    private RoomSecret(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A new one. */
    public static RoomSecret random(SecureRandom random) {
        byte[] bytes = new byte[WORDS * WORD_BYTES];
        random.nextBytes(bytes);
        return new RoomSecret(bytes);
    }

    /**
     * Reads the six words. Capitals and what stands between the words do not matter.
     *
     * @throws IllegalArgumentException with a sentence that does not repeat the text
     */
    public static RoomSecret parse(String text) {
        String[] words = NO_LETTERS.split(text.strip().toLowerCase(Locale.ROOT));
        if (words.length != WORDS) {
            throw new IllegalArgumentException(
                    Text.of("a secret is six words such as 'lusab babad gutih', and here are %d", count(words)));
        }
        byte[] bytes = new byte[WORDS * WORD_BYTES];
        for (int i = 0; i < WORDS; i++) {
            int value = valueOf(words[i], i + 1);
            bytes[i * WORD_BYTES] = (byte) (value >> Byte.SIZE);
            bytes[i * WORD_BYTES + 1] = (byte) value;
        }
        return new RoomSecret(bytes);
    }

    private static int count(String[] words) {
        return words.length == 1 && words[0].isEmpty() ? 0 : words.length;
    }

    /** Five letters are 16 bits: a consonant 4, a vowel 2. */
    private static int valueOf(String word, int position) {
        int value = 0;
        boolean fine = word.length() == 5;
        for (int i = 0; fine && i < word.length(); i++) {
            boolean consonant = i % 2 == 0;
            int digit = (consonant ? CONSONANTS : VOWELS).indexOf(word.charAt(i));
            fine = digit >= 0;
            value = (value << (consonant ? CONSONANT_BITS : VOWEL_BITS)) | digit;
        }
        if (!fine) {
            throw new IllegalArgumentException(Text.of(
                    "word %d of the secret is none of its words: they have five letters, such as lusab", position));
        }
        return value;
    }

    /** The six words, in small letters with hyphens between. */
    public String words() {
        StringJoiner words = new StringJoiner("-");
        for (int i = 0; i < bytes.length; i += WORD_BYTES) {
            int value = ((bytes[i] & 0xff) << Byte.SIZE) | (bytes[i + 1] & 0xff);
            StringBuilder word = new StringBuilder();
            int left = WORD_BITS;
            for (boolean consonant = true; left > 0; consonant = !consonant) {
                int bits = consonant ? CONSONANT_BITS : VOWEL_BITS;
                left -= bits;
                word.append((consonant ? CONSONANTS : VOWELS).charAt((value >> left) & ((1 << bits) - 1)));
            }
            words.add(word);
        }
        return words.toString();
    }

    /**
     * A key of 32 bytes for one purpose, from which neither the secret nor the key of another purpose can be found.
     *
     * @param purpose names it; never the same for two
     */
    public byte[] key(String purpose) {
        return mac(bytes, ("mutirao room 1 " + purpose).getBytes(StandardCharsets.UTF_8));
    }

    /** By which the two sides of a connection know which secret is meant. Nobody can find the secret from it. */
    public String label() {
        return HexFormat.of().formatHex(key("label"), 0, LABEL_BYTES);
    }

    /**
     * The secret of a badge. Nobody can find this secret, or that of another badge, from it.
     *
     * @param grid in which the badge's number was given; the numbers of another grid begin anew
     */
    public RoomSecret ofBadge(Badge badge, String grid) {
        return new RoomSecret(Arrays.copyOf(key("badge " + grid + " " + badge), WORDS * WORD_BYTES));
    }

    /** HMAC-SHA-256. */
    static byte[] mac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + MAC, e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RoomSecret secret && MessageDigest.isEqual(bytes, secret.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(mac(bytes, new byte[0]));
    }

    @Override
    public String toString() {
        return "a secret";
    }
}
