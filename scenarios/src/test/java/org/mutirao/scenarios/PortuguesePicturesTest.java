package org.mutirao.scenarios;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pictures of {@code docs/pt-BR}: a master, its workers and the person in front of the browser speak Portuguese. */
class PortuguesePicturesTest extends InBrowser {
    @Override
    String locale() {
        return "pt-BR";
    }

    private void goTo(String view) {
        page.navigate(grid.dashboard() + "/#/" + view);
    }

    /** Waits for what is on it, since it is drawn little by little; an English word of ours on it is a fault. */
    private void pictureOf(String name, String text) {
        assertSoon(page.locator("main"), text);
        String seen = page.locator("main").innerText();
        for (String english : List.of("exit code", "succeeded", "attempt", "waiting", "Task ", "Job ", "Worker ")) {
            assertFalse(seen.contains(english), name + " has '" + english + "': " + seen);
        }
        picture(name);
    }

    @Test
    void anOrdinaryDay() {
        pictureOf("empty", "Ainda não há trabalhos");
        grid.drop("falha.zip", "main.py", "import sys\nsys.exit('não há a coluna preço')\n");
        grid.drop("errado.zip", "script.py", "");
        for (String name : List.of("palavras", "primos", "temperaturas", "vendas", "letras", "grafo")) {
            grid.drop(name + ".zip", "main.py", "print(1)");
        }
        grid.drop("nome-muito-" + "comprido-".repeat(20) + ".zip", "main.py", "print(1)");
        grid.startWorker("--lang=pt", "--name=pc-07");
        assertSoon(page.locator("#strip"), "com falha");
        assertThat(page.locator("tbody tr")).hasCount(8);
        assertSoon(page.locator("#strip a:has-text('com sucesso') b"), "7");
        pictureOf("jobs", "não há a coluna preço");
        goTo("tasks");
        pictureOf("tasks", "temperaturas.zip");
        goTo("rejected");
        pictureOf("rejected", "não há main.py dentro dele");
        goTo("events");
        pictureOf("events", "falha.zip falhou");
    }

    @Test
    void aTaskThatRunsAndItsResult() throws Exception {
        Path go = folder.resolve("go");
        grid.startWorker("--lang=pt", "--name=pc-07");
        grid.drop(
                "grafico.zip",
                "main.py",
                "import os, sys, time\nprint('0%\\r50%\\r\\x1b[32mprimeira linha\\x1b[0m', flush=True)\n"
                        + "print('um aviso', file=sys.stderr, flush=True)\nwhile not os.path.exists('"
                        + go.toString().replace('\\', '/') + "'):\n    time.sleep(0.05)\nprint('última linha')\n"
                        + "open('tabela.csv', 'w').write('nome,valor\\n\"a, b\",7\\n')\n");
        assertSoon(page.locator("tbody"), "grafico.zip");
        goTo("tasks/1");
        assertSoon(page.locator("pre").nth(1), "um aviso");
        pictureOf("task-running", "primeira linha");
        Files.createFile(go);
        assertSoon(page.locator("main"), "files/tabela.csv");
        page.locator("li", new Page.LocatorOptions().setHasText("files/tabela.csv"))
                .getByText("Mostrar")
                .click();
        assertSoon(page.locator(".sheet td").first(), "a, b");
        pictureOf("task-done", "última linha");
    }

    @Test
    void aJobItsTablesAndItsPictures() throws Exception {
        Path mended = folder.resolve("mended");
        dragIn("quadrados.zip", fortySquares(mended, "saida.csv", "quadrado", "sete não é um número", "parte"));
        assertSoon(page.locator("#summary"), "40 tarefas");
        page.click("#summary >> text=Fechar");
        grid.startWorker("--lang=pt", "--name=pc-07", "--slots=2");
        goTo("jobs/1");
        assertSoon(page.locator("main"), "40 / 40");
        assertSoon(page.locator(".failures pre"), "sete não é um número");
        assertThat(page.locator(".lanes canvas")).isVisible();
        pictureOf("job", "parte-7.csv");
        Files.createFile(mended);
        page.click("button:has-text('Executar de novo as que falharam')");
        assertSoon(page.locator("main h2").first(), "com sucesso");
        goTo("jobs/1/tables");
        assertSoon(page.locator(".sheet tbody"), "1600");
        assertSoon(page.locator("main"), "40 linhas ao todo");
        assertThat(page.locator(".histogram canvas")).hasCount(2);
        pictureOf("job-tables", "quadrado");
        goTo("jobs/1/pictures");
        assertThat(page.locator(".wall img")).hasCount(24);
        pictureOf("job-pictures", "parte-");
    }

    @Test
    void theRoom() {
        for (int i = 1; i <= 29; i++) {
            register("pc-" + i);
        }
        grid.drop("roda.zip", "main.py", "import time\ntime.sleep(600)\n");
        grid.startWorker("--lang=pt", "--name=pc-30");
        goTo("room");
        assertSoon(page.locator(".tile:has-text('roda.zip')"), "1/");
        assertThat(page.locator(".tile")).hasCount(30);
        pictureOf("room", "pc-30");
        for (int i = 31; i <= 200; i++) {
            register("pc-" + i);
        }
        assertThat(page.locator(".tile")).hasCount(200);
        pictureOf("room-200", "pc-199");
    }

    @Test
    void theChannelAndALostConnection() throws Exception {
        goTo("channel");
        assertSoon(page.locator("#link"), "Ao vivo");
        page.fill("#name", "ana");
        page.click("button:has-text('Entrar')");
        assertSoon(page.locator("ol.said"), "ana entrou");
        Locator words = page.locator("form input");
        for (String each : List.of("bom dia", "as vendas de maio estão prontas")) {
            words.fill(each);
            page.keyboard().press("Enter");
            assertSoon(page.locator("ol.said"), "ana: " + each);
        }
        pictureOf("channel", "bom dia");
        goTo("jobs");
        assertSoon(page.locator("main"), "Ainda não há trabalhos"); // afterwards nothing more is read
        expectALostConnection();
        grid.master.kill();
        assertSoon(page.locator("#link"), "Conexão perdida");
        pictureOf("connection-lost", "Ainda não há trabalhos");
    }
}
