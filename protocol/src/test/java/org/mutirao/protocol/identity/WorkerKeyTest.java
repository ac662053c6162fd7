package org.mutirao.protocol.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;

/** A worker's key at its master: what proves it, and what does not. */
class WorkerKeyTest {
    private static final Sha256 SAID = Sha256.of("said".getBytes(StandardCharsets.UTF_8));
    private static final Sha256 OTHER = Sha256.of("other".getBytes(StandardCharsets.UTF_8));

    private final AtomicLong now = new AtomicLong(-5);
    private final KeyChallenger master = new KeyChallenger(now::get);
    private final WorkerKey worker = WorkerKey.random();

    private SessionKey agree(WorkerKey key, String nonce) throws InvalidKeyException {
        return key.agree(master.open(), nonce);
    }

    /** The first example of RFC 7748, chapter 5.2. */
    @Test
    void theCurveIsThatOfTheStandard() throws InvalidKeyException {
        HexFormat hex = HexFormat.of();
        byte[] secret = hex.parseHex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
        byte[] open = hex.parseHex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
        assertEquals(
                "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
                hex.formatHex(Curve.agree(secret, open)));
        byte[] other = Curve.publicOf(open); // any 32 bytes are a private key
        assertEquals(
                hex.formatHex(Curve.agree(open, Curve.publicOf(secret))), hex.formatHex(Curve.agree(secret, other)));
    }

    @Test
    void anIdIsMadeFromItsKey() {
        UUID id = UUID.fromString(worker.id().value());
        assertEquals(8, id.version());
        assertEquals(2, id.variant());
        assertEquals(worker.id(), KeyChallenger.idOf(worker.open()));
        assertTrue(KeyedId.isOne(worker.id()));
        assertTrue(
                KeyedId.isOne(new WorkerId(worker.id().value().toUpperCase(Locale.ROOT))), "people see no difference");
        assertFalse(KeyedId.isOne(WorkerId.random()), "those of earlier versions have no key");
        assertFalse(KeyedId.isOne(new WorkerId("pc7")));
    }

    @Test
    void theOwnerOfAKeyProvesIt() throws InvalidKeyException {
        String nonce = master.nonce(worker.open());
        assertTrue(master.isOpen(worker.open(), nonce));
        SessionKey ours = agree(worker, nonce);
        SessionKey theirs =
                master.answered(worker.open(), nonce, SAID, ours.proofOf(SAID)).orElseThrow();
        assertTrue(theirs.isProof(ours.proofOf(OTHER), OTHER), "both know the same from now on");
        assertFalse(theirs.isProof(ours.proofOf(SAID), OTHER), "a proof is one of its message only");
    }

    @Test
    void nobodyElseProvesIt() throws InvalidKeyException {
        String nonce = master.nonce(worker.open());
        String proof = agree(WorkerKey.random(), nonce).proofOf(SAID);
        assertEquals(Optional.empty(), master.answered(worker.open(), nonce, SAID, proof));
        String right = agree(worker, nonce).proofOf(SAID);
        assertEquals(Optional.empty(), master.answered(worker.open(), nonce, OTHER, right), "of another message");
        assertTrue(master.answered(worker.open(), nonce, SAID, right).isPresent(), "wrong answers spend no nonce");
    }

    @Test
    void anAnswerIsGoodOnce() throws InvalidKeyException {
        String nonce = master.nonce(worker.open());
        String proof = agree(worker, nonce).proofOf(SAID);
        assertTrue(master.answered(worker.open(), nonce, SAID, proof).isPresent());
        assertFalse(master.isOpen(worker.open(), nonce));
        assertEquals(Optional.empty(), master.answered(worker.open(), nonce, SAID, proof));
    }

    @Test
    void aCrowdShutsNobodyOutForEver() throws InvalidKeyException {
        KeyChallenger small = new KeyChallenger(now::get, 1);
        String nonce = small.nonce(worker.open());
        String proof = worker.agree(small.open(), nonce).proofOf(SAID);
        assertTrue(small.answered(worker.open(), nonce, SAID, proof).isPresent());
        assertFalse(small.isOpen(worker.open(), small.nonce(worker.open())), "as many were answered as are kept");
        now.addAndGet(2 * KeyChallenger.PATIENCE.toNanos() + 1);
        assertTrue(small.isOpen(worker.open(), small.nonce(worker.open())));
    }

    @Test
    void aNonceIsGoodForAMomentForOneKeyAtOneMaster() {
        String nonce = master.nonce(worker.open());
        assertFalse(master.isOpen(WorkerKey.random().open(), nonce));
        assertFalse(new KeyChallenger(now::get).isOpen(worker.open(), nonce), "of another process");
        assertFalse(master.isOpen(worker.open(), master.open()), "made up");
        now.addAndGet(KeyChallenger.PATIENCE.toNanos());
        assertTrue(master.isOpen(worker.open(), nonce));
        now.incrementAndGet();
        assertFalse(master.isOpen(worker.open(), nonce));
    }

    @Test
    void anAnswerForOneMasterIsWorthNothingAtAnother() throws InvalidKeyException {
        String nonce = master.nonce(worker.open());
        String proof = worker.agree(new KeyChallenger(now::get).open(), nonce).proofOf(SAID);
        assertEquals(Optional.empty(), master.answered(worker.open(), nonce, SAID, proof));
    }

    /** With such a "public key" everybody could compute what is agreed on. */
    @Test
    void aKeyThatIsNoneIsRefused() {
        String zero = KeyText.of(new byte[Curve.LENGTH]);
        String nonce = master.nonce(zero);
        assertEquals(Optional.empty(), master.answered(zero, nonce, SAID, nonce));
        assertThrows(InvalidKeyException.class, () -> worker.agree(zero, nonce));
    }

    @Test
    void noKeyIsPrinted() throws InvalidKeyException {
        assertEquals("the key of " + worker.id(), worker.toString());
        assertEquals(
                "a session's key", agree(worker, master.nonce(worker.open())).toString());
        assertNotEquals(worker.open(), WorkerKey.random().open());
    }

    @Test
    void aNumberIsHeardOnceInAnyOrder() {
        ReplayWindow window = new ReplayWindow();
        assertFalse(window.isNew(0), "that is REGISTER's");
        assertTrue(window.isNew(2));
        assertTrue(window.isNew(1), "on another connection");
        assertFalse(window.isNew(1));
        assertFalse(window.isNew(2));
        assertTrue(window.isNew(2 + ReplayWindow.SIZE - 1));
        assertTrue(window.isNew(3));
        assertFalse(window.isNew(2), "it is too old to be known");
        assertTrue(window.isNew(1_000_000_000_000L));
        assertFalse(window.isNew(2 + ReplayWindow.SIZE));
        assertTrue(window.isNew(1_000_000_000_000L - ReplayWindow.SIZE + 1));
        assertFalse(window.isNew(1_000_000_000_000L));
        assertFalse(window.isNew(-1));
    }
}
