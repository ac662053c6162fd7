package org.mutirao.protocol.id;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PythonRangeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ">=3.12        | 3.12.0  | true",
                ">=3.12        | 3.11.9  | false",
                ">=3.9         | 3.12.1  | true",
                ">=3.12        | 4.0     | true",
                "<=3.12        | 3.12.4  | true",
                "<3.12         | 3.12.0  | false",
                ">3.11         | 3.11.9  | false",
                ">3.11         | 3.12.0  | true",
                "3.12          | 3.12.4  | true",
                "3.12          | 3.1     | false",
                "==3.12.*      | 3.12.4  | true",
                "==3.12.4      | 3.12.4  | true",
                "==3.12.4      | 3.12.5  | false",
                "!=3.11        | 3.11.2  | false",
                ">=3.10,<3.13  | 3.12.1  | true",
                ">=3.10, <3.13 | 3.13.0  | false",
                "3             | 3.8.10  | true",
                ">=3.12        | 3.13.0rc1 | true",
                ">=3.12        | strange | false",
            })
    void onlyWhatIsWrittenIsCompared(String range, String version, boolean fits) {
        assertEquals(fits, new PythonRange(range).has(version));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "new", ">=", "3.x", ">=3.12,", "=>3.12", "~=3.12", "3.1.2.3", "3,3,3,3,3,3", "3.12\n"})
    void whatNamesNoVersionsIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> new PythonRange(text));
    }
}
