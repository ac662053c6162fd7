package org.mutirao.worker.environment;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;

/**
 * What the owner of a worker says of environments.
 *
 * @param index from where packages may come beside the master's wheels
 * @param most what all of them may take on the disk
 * @param patience how long the building of one may take
 */
public record EnvironmentSettings(Optional<String> index, ByteSize most, Duration patience) {
    private static final int MAX_URL = 2000;

    public EnvironmentSettings {
        index.ifPresent(EnvironmentSettings::check);
        check(!patience.isZero(), "--build-timeout");
        check(most.bytes() > 0, "--max-environments");
    }

    public static EnvironmentSettings defaults() {
        return new EnvironmentSettings(Optional.empty(), ByteSize.gibi(10), Duration.ofMinutes(10));
    }

    private static void check(boolean isSomething, String option) {
        if (!isSomething) {
            throw new IllegalArgumentException(Text.of("%s: expected more than 0", option));
        }
    }

    private static void check(String url) {
        try {
            String scheme = new URI(url).getScheme();
            boolean isWeb = "https".equals(scheme) || "http".equals(scheme);
            if (isWeb && url.length() <= MAX_URL) {
                return;
            }
        } catch (URISyntaxException e) {
            // The error below says what was expected.
        }
        throw new IllegalArgumentException(
                Text.of("--allow-index %s: expected the address of an index, like https://pypi.org/simple", url));
    }
}
