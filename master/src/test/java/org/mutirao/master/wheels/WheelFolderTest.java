package org.mutirao.master.wheels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.WheelRow;
import org.mutirao.testkit.Wheels;

class WheelFolderTest {
    @TempDir
    Path folder;

    private List<String> lines(WheelFolder wheels) throws IOException {
        return new String(wheels.list().bytes().orElseThrow(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    @Test
    void eachWheelHasALineWithWhatItNeeds() throws Exception {
        Path wheel = Wheels.pure(folder, "mutirao_a", "1.0", "x = 1", "Mutirao_B>=1", "c[d] ; python_version < '3'");
        Files.writeString(folder.resolve("README.txt"), "no wheel");
        Files.writeString(folder.resolve("broken-1.0-py3-none-any.whl"), "no ZIP");
        WheelFolder wheels = new WheelFolder(folder);
        assertEquals(
                List.of(
                        Sha256.of("no ZIP".getBytes(StandardCharsets.UTF_8)).hex()
                                + "\t6\tbroken-1.0-py3-none-any.whl\t",
                        Sha256.ofFile(wheel).hex() + "\t" + Files.size(wheel)
                                + "\tmutirao_a-1.0-py3-none-any.whl\tc,mutirao-b"),
                lines(wheels));
        assertEquals(wheel, wheels.wheel("mutirao_a-1.0-py3-none-any.whl").file());
    }

    @Test
    void aWheelThatChangedIsReadAgain() throws Exception {
        Wheels.pure(folder, "mutirao_a", "1.0", "x = 1");
        WheelFolder wheels = new WheelFolder(folder);
        List<String> before = lines(wheels);
        Wheels.pure(folder, "mutirao_a", "1.0", "x = 'another'");
        assertNotEquals(before, lines(wheels));
    }

    /** A person clears up while it is listed. */
    @Test
    void aWheelThatVanishesMeanwhileIsLeftOut() throws Exception {
        Path wheel = Wheels.pure(folder, "mutirao_a", "1.0", "x = 1");
        Files.createSymbolicLink(folder.resolve("mutirao_b-1.0-py3-none-any.whl"), folder.resolve("gone"));
        WheelFolder wheels = new WheelFolder(folder);
        assertEquals(List.of(new WheelRow("mutirao_a-1.0-py3-none-any.whl", Files.size(wheel))), wheels.rows());
        assertEquals(1, lines(wheels).size());
    }

    @Test
    void aFolderThatIsNotThereHasNone() throws Exception {
        assertEquals(List.of(), lines(new WheelFolder(folder.resolve("none"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x-1.0-py3-none-any.whl",
                "/etc/passwd",
                "x.whl",
                "a/b-1.0-py3-none-any.whl",
                "none-1-a-b-c.whl"
            })
    void nothingElseIsGiven(String name) {
        assertThrows(IOException.class, () -> new WheelFolder(folder).wheel(name));
    }
}
