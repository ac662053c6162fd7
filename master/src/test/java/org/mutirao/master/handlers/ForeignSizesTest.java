package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.results.JobExtras;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.CompactPackage;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.StepLoop;
import org.mutirao.testkit.Zips;

/** Packages are measured for other groups' programs when one of these asks, and once. */
class ForeignSizesTest {
    @TempDir
    private Path folder;

    private final StepLoop disk = new StepLoop();
    private final StepLoop loop = new StepLoop();
    private final TaskLedger ledger = new TaskLedger();
    private BlobStore blobs;
    private ForeignSizes sizes;

    @BeforeEach
    void open() throws IOException {
        blobs = BlobStore.open(folder.resolve("blobs"), new ManualClock());
        sizes = new ForeignSizes(
                blobs,
                PackageLimits.defaults(),
                new JobPackages(blobs, PackageLimits.defaults(), JobExtras.NONE),
                disk,
                loop);
    }

    private TaskRecord task(byte[] zip, CompactSize compact) throws IOException {
        Blob blob = new Blob(Sha256.of(zip), zip.length);
        blobs.hold(Payload.inMemory(zip, blob));
        long id = ledger.counts().queued() + 1L;
        ledger.apply(new Command.Submit("key" + id, "a.zip", blob, compact, 0, 0, 5, 1));
        return ledger.task(new TaskId(id)).orElseThrow();
    }

    private static byte[] zip(String text) {
        return Zips.of("main.py", text);
    }

    @Test
    void itIsMeasuredWhenItIsAskedFor() throws Exception {
        byte[] zip = zip("print(1)");
        TaskRecord task = task(zip, CompactSize.UNMEASURED);
        assertEquals(Optional.empty(), sizes.of(task));
        assertEquals(Optional.empty(), sizes.of(task));
        assertEquals(1, disk.runAll(), "once");
        assertEquals(Optional.empty(), sizes.of(task), "its answer comes on the loop");
        loop.runAll();
        try (TaskPackageFile file = TaskPackageFile.open(blobs.payload(task.taskPackage()), PackageLimits.defaults())) {
            assertEquals(CompactPackage.measure(file).map(CompactSize::new), sizes.of(task));
        }
        assertEquals(0, disk.runAll());
    }

    @Test
    void whatTheLogSaysIsNotMeasuredAgain() throws IOException {
        for (CompactSize known : List.of(new CompactSize(7), CompactSize.LARGE, CompactSize.OURS_ONLY)) {
            assertEquals(Optional.of(known), sizes.of(task(zip(known.toString()), known)));
        }
        assertEquals(0, disk.runAll());
    }

    @Test
    void whoAsksMeanwhileIsCalledWhenAllIsKnown() throws IOException {
        List<String> called = new ArrayList<>();
        assertFalse(sizes.awaitAll(() -> called.add("nothing was measured")));
        sizes.of(task(zip("one"), CompactSize.UNMEASURED));
        sizes.of(task(zip("two"), CompactSize.UNMEASURED));
        assertTrue(sizes.awaitAll(() -> called.add("known")));
        disk.runNext();
        loop.runAll();
        assertEquals(List.of(), called);
        disk.runAll();
        loop.runAll();
        assertEquals(List.of("known"), called);
        assertFalse(sizes.awaitAll(() -> called.add("again")));
    }

    @Test
    void onlySomeAreMeasuredAtATime() throws IOException {
        for (int i = 0; i < 200; i++) {
            sizes.of(task(zip("number " + i), CompactSize.UNMEASURED));
        }
        assertEquals(64, disk.runAll());
    }

    @Test
    void whatCanNotBeReadNowIsTriedAgain() throws IOException {
        TaskRecord task = task(zip("print(1)"), CompactSize.UNMEASURED);
        blobs.unpin(task.taskPackage().hash(), false);
        sizes.of(task);
        disk.runAll();
        loop.runAll();
        assertEquals(Optional.empty(), sizes.of(task));
        Path file = blobs.pathOf(task.taskPackage().hash());
        Files.createDirectories(file.getParent());
        Files.write(file, zip("print(1)"));
        disk.runAll();
        loop.runAll();
        assertTrue(sizes.of(task).orElseThrow().isMeasured());
    }
}
