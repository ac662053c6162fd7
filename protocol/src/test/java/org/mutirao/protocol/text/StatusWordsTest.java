package org.mutirao.protocol.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.TaskStatus;

class StatusWordsTest {
    @AfterEach
    void speakEnglishAgain() {
        Text.speak(Language.ENGLISH);
    }

    @Test
    void englishWordsAreTheLabels() {
        for (TaskStatus each : TaskStatus.values()) {
            assertEquals(each.label(), StatusWords.ofTask(each.label()));
            assertEquals(each.label(), StatusWords.ofTasks(each.label()));
            assertEquals(each.label(), StatusWords.ofJob(each.label()));
        }
        assertEquals("waiting", StatusWords.ofJob("waiting"));
    }

    @Test
    void portugueseWordsFitWhatTheyAreSaidOf() {
        Text.speak(Language.PORTUGUESE);
        assertEquals("na fila", StatusWords.ofTask("queued"));
        assertEquals("perdida", StatusWords.ofTask("lost"));
        assertEquals("canceladas", StatusWords.ofTasks("cancelled"));
        assertEquals("cancelado", StatusWords.ofJob("cancelled"));
        assertEquals("espera por outros", StatusWords.ofJob("waiting"));
        assertEquals("of tomorrow", StatusWords.ofJob("of tomorrow"));
    }
}
