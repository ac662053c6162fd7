package org.mutirao.protocol.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A table is built only if it is complete. */
class SealedTableTest {
    private sealed interface Shape {
        record Dot() implements Shape {}

        sealed interface Round extends Shape {
            record Circle(int radius) implements Round {}

            record Oval() implements Round {}
        }
    }

    private static String fault(SealedTable.Builder<?, ?> builder) {
        return assertThrows(IllegalStateException.class, builder::build).getMessage();
    }

    @Test
    void aRecordWithoutARowIsNamed() {
        assertEquals(
                "the table of SealedTableTest.Shape is wrong; no row for SealedTableTest.Shape.Dot,"
                        + " SealedTableTest.Shape.Round.Oval",
                fault(SealedTable.<Shape, Integer>of(Shape.class).row(Shape.Round.Circle.class, 1)));
    }

    @Test
    void aRecordWithTwoRowsIsNamed() {
        assertEquals(
                "the table of SealedTableTest.Shape is wrong; two rows for SealedTableTest.Shape.Dot",
                fault(SealedTable.<Shape, Integer>of(Shape.class)
                        .row(Shape.Dot.class, 1)
                        .row(Shape.Round.class, 2)
                        .row(Shape.Dot.class, 3)));
    }

    @Test
    void aRecordThatTheFamilyGetsOrLosesIsNamed() {
        SealedTable<Shape, Integer> table = SealedTable.<Shape, Integer>of(Shape.class)
                .row(Shape.Dot.class, 1)
                .row(Shape.Round.class, 2)
                .build();
        assertEquals(
                "the table of SealedTableTest.Shape is wrong; no row for String; no record of it:"
                        + " SealedTableTest.Shape.Round.Circle, SealedTableTest.Shape.Round.Oval",
                assertThrows(IllegalStateException.class, () -> table.check(Set.of(Shape.Dot.class, String.class)))
                        .getMessage());
    }

    @Test
    void aBranchStandsForItsRecordsThatHaveNoRow() {
        SealedTable<Shape, Integer> table = SealedTable.<Shape, Integer>of(Shape.class)
                .row(Shape.Dot.class, 1)
                .row(Shape.Round.class, 2)
                .row(Shape.Round.Oval.class, 3)
                .build();
        assertEquals(1, table.rowOf(new Shape.Dot()));
        assertEquals(2, table.rowOf(new Shape.Round.Circle(7)));
        assertEquals(3, table.rowOf(new Shape.Round.Oval()));
    }

    private static TagCodec.Builder<Shape> codec() {
        return TagCodec.of(Shape.class, "shape")
                .row(Shape.Dot.class, 1, (dot, out) -> {}, in -> new Shape.Dot())
                .row(
                        Shape.Round.Circle.class,
                        3,
                        (circle, out) -> out.writeInt(circle.radius()),
                        in -> new Shape.Round.Circle(in.readInt()))
                .row(Shape.Round.Oval.class, 4, (oval, out) -> {}, in -> new Shape.Round.Oval());
    }

    private static Shape read(TagCodec<Shape> codec, byte... bytes) throws IOException {
        return codec.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    @Test
    void aCodecWritesOneTagAndReadsTheOldOnes() throws IOException {
        TagCodec<Shape> codec = codec().old(2, in -> new Shape.Round.Circle(0)).build();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        codec.write(new Shape.Round.Circle(7), new DataOutputStream(bytes));
        assertEquals(new Shape.Round.Circle(7), read(codec, bytes.toByteArray()));
        assertEquals(new Shape.Round.Circle(0), read(codec, (byte) 2));
        assertEquals(
                "shape tag 9 is of a later version",
                assertThrows(IOException.class, () -> read(codec, (byte) 9)).getMessage());
    }

    @Test
    void aTagHasOneMeaning() {
        assertEquals(
                "shape tag 3 has two meanings",
                assertThrows(IllegalStateException.class, () -> codec().old(3, in -> new Shape.Dot()))
                        .getMessage());
    }
}
