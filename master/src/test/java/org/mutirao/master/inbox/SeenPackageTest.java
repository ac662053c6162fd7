package org.mutirao.master.inbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.JobLayout;
import org.mutirao.protocol.pack.JobSpec;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.testkit.Zips;

class SeenPackageTest {
    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static SeenPackage seen(String... namesAndContents) throws Exception {
        byte[] zip = Zips.of(namesAndContents);
        Payload payload = Payload.inMemory(zip, new Blob(Sha256.of(zip), zip.length));
        try (TaskPackageFile file = TaskPackageFile.open(payload, PackageLimits.defaults())) {
            return SeenPackage.of(file, JobLayout.of(file), "a.zip");
        }
    }

    /** Letters and digits that no program compresses well. */
    private static InputNames noise(int count, int length) {
        Random random = new Random(1);
        return InputNames.of(IntStream.range(0, count)
                .mapToObj(i -> {
                    StringBuilder name = new StringBuilder();
                    random.ints(length, 0, LETTERS.length()).forEach(at -> name.append(LETTERS.charAt(at)));
                    return name.toString();
                })
                .toList());
    }

    @Test
    void namesOfInputsMustFitIntoAnEntryOfTheLog() throws Exception {
        SeenPackage.checkNames(InputNames.of(IntStream.rangeClosed(1, JobSpec.MAX_TASKS)
                .mapToObj(i -> "measurement-of-station-" + i + ".csv")
                .toList()));
        SeenPackage.checkNames(noise(10_000, 200));
        RefusedPackage refused = assertThrows(RefusedPackage.class, () -> SeenPackage.checkNames(noise(16_000, 200)));
        assertEquals(
                "the names of its 16000 inputs take more than 2MiB, also when they are compressed",
                refused.getMessage());
        assertEquals("Give the inputs shorter names, or make several jobs of it.", refused.advice());
    }

    @Test
    void moreResultsThanOneScriptMergesAreRefusedAtOnce() throws Exception {
        int most = PackageLimits.maxMerged();
        String[] fits = {"main.py", "", "merge.py", "", "task.json", "{\"repeat\":" + most + "}"};
        assertEquals(most + 1, seen(fits).plan().orElseThrow().count());
        fits[5] = "{\"repeat\":" + (most + 1) + "}";
        RefusedPackage refused = assertThrows(RefusedPackage.class, () -> seen(fits));
        assertTrue(refused.getMessage().contains("gets the results of at most 25000 tasks"), refused.getMessage());
        fits[5] = "{\"repeat\":" + (most + 1) + ",\"merge\":false}";
        assertEquals(most + 1, seen(fits).plan().orElseThrow().count());
    }
}
