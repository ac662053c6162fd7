package org.mutirao.protocol.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.PropertyResourceBundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilledInTest {
    private static FilledIn sentences() throws IOException {
        return FilledIn.of(List.of(new PropertyResourceBundle(new StringReader("""
                the_worker_left = o worker saiu
                left = saiu
                Task_%s_%s_failed\\:_%s = A tarefa %2$s (%1$s) falhou: %3$s
                Task_%s_%s_is_queued = A tarefa %s %s está na fila
                it_was_lost_%d_times,_last\\:_%s = foi perdida %d vezes, a última: %s
                Job_%2$s_is_queued\\:_%1$d_tasks = O job %2$s está na fila: %1$d tarefas
                master-%d_leads = o master-%d lidera
                %s_leads = %s lidera
                Job_%2$s_is_%1$d%%_done = O job %2$s está %1$d%% pronto
                """))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "the worker left | o worker saiu",
                "Task 7 a.zip is queued | A tarefa 7 a.zip está na fila",
                "it was lost 3 times, last: the worker left | foi perdida 3 vezes, a última: o worker saiu",
                "Task 7 $1.zip failed: it was lost 3 times, last: the worker left"
                        + " | A tarefa $1.zip (7) falhou: foi perdida 3 vezes, a última: o worker saiu",
                "Task 7 a failed: no | A tarefa a (7) falhou: no",
                "Job 3 is queued: 12 tasks | O job 3 está na fila: 12 tarefas",
                "master-3 leads | o master-3 lidera",
                "x leads | x leads",
                "Job 3 is 40% done | O job 3 está 40% pronto",
            })
    void aSentenceIsSaidAgainWithWhatIsFilledIn(String kept, String again) throws IOException {
        assertEquals(again, sentences().twin(kept));
    }

    @Test
    void namesAndWhatOthersSaidStay() throws IOException {
        assertEquals("left", sentences().twin("left"));
        assertEquals("Task 7", sentences().twin("Task 7"));
        assertEquals(
                "A tarefa the worker left (7) falhou: left", sentences().twin("Task 7 the worker left failed: left"));
        String endless = "Task 7 a failed: " + "Task 7 a failed: ".repeat(1000);
        assertEquals(endless, sentences().twin(endless));
    }

    @Test
    void englishIsForTheMomentOnly() {
        try {
            Text.speak(Language.PORTUGUESE);
            assertEquals("there is no option -x", Text.inEnglish(() -> Text.of("there is no option %s", "-x")));
            assertEquals("não existe a opção -x", Text.of("there is no option %s", "-x"));
            assertEquals("não existe a opção -x", Text.again(Text.kept("there is no option %s", "-x")));
        } finally {
            Text.speak(Language.ENGLISH);
        }
        assertEquals("there is no option -x", Text.again("there is no option -x"));
    }
}
