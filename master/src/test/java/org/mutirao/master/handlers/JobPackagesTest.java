package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.results.JobExtras;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.JobContents;
import org.mutirao.protocol.pack.JobLayout;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.Zips;

class JobPackagesTest {
    private static final byte[] ZIP = Zips.of("main.py", "print(1)", "inputs/a.csv", "one", "inputs/b.csv", "two");
    private static final Blob BLOB = new Blob(Sha256.of(ZIP), ZIP.length);

    @TempDir
    private Path folder;

    private TaskRecord second() {
        TaskLedger ledger = new TaskLedger();
        JobPlan plan = new JobPlan(InputNames.of(List.of("a.csv", "b.csv")), JobPlan.Merge.NONE, List.of(), false);
        ledger.apply(new Command.SubmitJob("key", "job.zip", BLOB, CompactSize.UNMEASURED, 0, 0, 5, plan, 1));
        return ledger.task(new TaskId(2)).orElseThrow();
    }

    private static JobContents contents() throws Exception {
        try (TaskPackageFile file = TaskPackageFile.open(Payload.inMemory(ZIP, BLOB), PackageLimits.defaults())) {
            return JobContents.of(file, JobLayout.of(file));
        }
    }

    /** As it is where nobody may read the list of contents any more. */
    private static byte[] withoutList() {
        byte[] cut = ZIP.clone();
        for (int at = 0; at < cut.length - 4; at++) {
            if (cut[at] == 'P' && cut[at + 1] == 'K' && cut[at + 2] == 1) {
                cut[at] = 0;
            }
        }
        return cut;
    }

    @Test
    void whatWasReadWhenAJobCameInIsNotReadAgain() throws Exception {
        BlobStore blobs = BlobStore.open(folder.resolve("blobs"), new ManualClock());
        blobs.hold(Payload.inMemory(withoutList(), BLOB));
        try (JobPackages jobs = new JobPackages(blobs, PackageLimits.defaults(), JobExtras.NONE)) {
            assertThrows(IOException.class, () -> jobs.compose(second()));
            jobs.keep(BLOB.hash(), contents());
            Payload composed = jobs.compose(second());
            assertEquals("two", Zips.read(composed.bytes().orElseThrow()).get("input.csv"));
            assertEquals(1, jobs.size());
        }
    }
}
