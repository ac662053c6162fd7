package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputGlobsTest {
    @ParameterizedTest
    @CsvSource({
        "relatório*.csv, relatório-1.csv, true",
        "relatório*.csv, relatário-1.csv, false",
        "relatório*.csv, relatorio-1.csv, false",
        "relat?rio.csv, relatório.csv, true",
        "relat?rio.csv, relatóório.csv, false",
        "dados/**, dados/日本/ç.txt, true",
        "'{ação,reação}.txt', reação.txt, true",
        "'*.txt', ação.csv, false"
    })
    void patternsSeeAccentsAlsoWhereJavaDoesNot(String glob, String name, boolean wanted) {
        assertEquals(wanted, new OutputGlobs(List.of(glob), true).want(Path.of(name)), "with LANG");
        assertEquals(wanted, new OutputGlobs(List.of(glob), false).want(Path.of(name)), "without LANG");
    }
}
