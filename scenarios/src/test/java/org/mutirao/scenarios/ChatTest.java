package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People talk on the channel with the real programs. */
@Tag("slow")
class ChatTest {
    private static final Duration LONG = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    private Grid grid;

    @AfterEach
    void stop() {
        grid.close();
    }

    private static void awaitText(Program program, String text) {
        await("'" + text + "' in " + program.out).atMost(LONG).until(() -> program.text()
                .contains(text));
    }

    @Test
    void twoTalkAndAThirdReadsWhatWasSaid() throws InterruptedException {
        grid = new Grid(folder);
        grid.startMaster();
        Program ana = grid.console("chat", "ana");
        awaitText(ana, "You are ana.");
        Program bento = grid.console("chat", "bento");
        awaitText(ana, "* bento is there");
        bento.type("bom dia, João\n/join weather\nrain\n/msg ana psst\n");
        awaitText(ana, "bento: bom dia, João");
        awaitText(ana, "bento -> ana: psst");
        ana.type("/join weather\n");
        awaitText(ana, "said on 'weather' now");
        bento.type("still raining\n");
        awaitText(ana, "bento on weather: still raining");
        ana.type("/confirmations 1\n/topics\n/msg carla hello\n/dance\n");
        awaitText(ana, "nobody has read 1 yet");
        awaitText(ana, "topics: general, grid, weather");
        awaitText(ana, "nobody is called carla");
        awaitText(ana, "there are: /history");
        await().atMost(LONG).pollInterval(Duration.ofSeconds(1)).until(() -> {
            bento.type("/confirmations 3\n");
            return bento.text().contains("3 was read by ana");
        });
        ana.type("/quit\n");
        assertEquals(0, ana.exitCode());
        awaitText(bento, "* ana is gone");

        Program carla = grid.console("chat", "carla", "--history", "100");
        awaitText(carla, "bento: bom dia, João");
        carla.type("/users\n/quit\n");
        assertEquals(0, carla.exitCode());
        assertTrue(carla.text().contains("there: bento, carla"), carla.text());
        assertFalse(carla.text().contains("psst"), "that was for ana only");

        Program other = grid.console("chat", "bento");
        assertEquals(1, other.exitCode());
        assertTrue(other.text().contains("somebody is called bento already; take another name"), other.text());
    }

    @Test
    void theTrafficMakersUsersAllHearEverythingInOrder() throws InterruptedException {
        grid = new Grid(folder);
        grid.startMaster();
        Program bot = grid.console("bot", "--users=8", "--rate=60", "--topics=2", "--for=4s");
        assertEquals(0, bot.exitCode(), bot.text());
        assertTrue(bot.text().contains("each to be heard by 8: all heard, 0 lost or doubled"), bot.text());
        Program none = grid.console("bot", "--users=0");
        assertEquals(1, none.exitCode());
        assertTrue(none.text().contains("there can be 1 to 1000 users"), none.text());
    }
}
