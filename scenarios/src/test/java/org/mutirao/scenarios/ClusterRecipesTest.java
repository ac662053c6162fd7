package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The recipes in bin/clusters: each is what its system reads, as far as that can be told without it. */
class ClusterRecipesTest {
    private static final Path RECIPES = Program.root().resolve("bin/clusters");
    private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]+");
    /** Of condor_submit; a name that it does not know is no error there, and does nothing. */
    private static final Set<String> OF_CONDOR = Set.of(
            "universe",
            "executable",
            "arguments",
            "environment",
            "transfer_input_files",
            "transfer_output_files",
            "should_transfer_files",
            "when_to_transfer_output",
            "request_cpus",
            "request_memory",
            "request_disk",
            "kill_sig",
            "job_max_vacate_time",
            "output",
            "error",
            "jar", // our own, for transfer_input_files
            "log");

    private static final String[] POD = {"spec", "template", "spec"};
    /** Times stand in what Kubernetes answers; a manifest has none. */
    private static final Gson KINDS = new GsonBuilder()
            .registerTypeAdapter(OffsetDateTime.class, (JsonDeserializer<OffsetDateTime>)
                    (time, type, context) -> OffsetDateTime.parse(time.getAsString()))
            .create();

    @TempDir
    private Path folder;

    private static JsonElement manifest(String name) throws IOException {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        String text = Files.readString(RECIPES.resolve("kubernetes").resolve(name));
        return new Gson().toJsonTree(new Yaml(new SafeConstructor(strict)).<Object>load(text));
    }

    private static List<String> arguments(JsonElement manifest) {
        List<String> arguments = new ArrayList<>();
        manifest.getAsJsonObject()
                .getAsJsonObject("spec")
                .getAsJsonObject("template")
                .getAsJsonObject("spec")
                .getAsJsonArray("containers")
                .forEach(container -> container
                        .getAsJsonObject()
                        .getAsJsonArray("args")
                        .forEach(argument -> arguments.add(argument.getAsString())));
        return arguments;
    }

    /** By the definitions that Kubernetes itself publishes: no field that it does not know, none missing that it wants, each of its kind. */
    private static void check(JsonElement manifest) throws IOException {
        String kind = manifest.getAsJsonObject().get("kind").getAsString();
        if (kind.equals("Job")) {
            V1Job.validateJsonElement(manifest);
            assertEquals("batch/v1", KINDS.fromJson(manifest, V1Job.class).getApiVersion());
        } else {
            V1Deployment.validateJsonElement(manifest);
            assertEquals("apps/v1", KINDS.fromJson(manifest, V1Deployment.class).getApiVersion());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"job.yaml", "deployment.yaml"})
    void kubernetesKnowsEachFieldOfTheManifests(String name) throws IOException {
        check(manifest(name));
    }

    private static JsonObject inside(JsonElement from, String... names) {
        JsonObject object = from.getAsJsonObject();
        for (String name : names) {
            object = object.getAsJsonObject(name);
        }
        return object;
    }

    private static JsonElement container(JsonElement manifest) {
        return inside(manifest, POD).getAsJsonArray("containers").get(0);
    }

    private static void refuses(Consumer<JsonElement> change) throws IOException {
        for (String name : List.of("job.yaml", "deployment.yaml")) {
            JsonElement wrong = manifest(name);
            change.accept(wrong);
            // Each part of the library has an exception of its own.
            assertThrows(RuntimeException.class, () -> check(wrong), wrong.toString());
        }
    }

    @Test
    void aWrongManifestIsFound() throws IOException {
        refuses(wrong -> inside(wrong, POD).addProperty("terminationGrace", 1));
        refuses(wrong -> inside(wrong, POD).addProperty("terminationGracePeriodSeconds", "half an hour"));
        refuses(wrong -> inside(wrong, "spec").addProperty("template", "none"));
        refuses(wrong -> inside(wrong, POD).remove("containers"));
        refuses(wrong -> inside(inside(wrong, POD), "securityContext").addProperty("runAsUser", "worker"));
        refuses(wrong -> inside(container(wrong), "resources", "limits").addProperty("memory", "much"));
        refuses(wrong -> inside(container(wrong)).remove("name"));
    }

    /** Else Kubernetes would end a worker that just finishes a task. */
    @Test
    void theJobsDeadlineLeavesTimeAfterTheLifetime() throws IOException {
        JsonElement job = manifest("job.yaml");
        assertTrue(arguments(job).contains("--lifetime=2h"));
        int deadline = job.getAsJsonObject()
                .getAsJsonObject("spec")
                .get("activeDeadlineSeconds")
                .getAsInt();
        assertTrue(deadline > 2 * 3600, "only " + deadline);
    }

    @Test
    void theWorkerHasEachOptionThatTheRecipesGiveIt() throws Exception {
        Program help = Program.run(folder, "help", Program.command("worker", List.of(), "--help", "--lang=en"));
        assertEquals(0, help.exitCode(), help.text());
        Set<String> given = new TreeSet<>();
        for (String name : List.of("job.yaml", "deployment.yaml")) {
            arguments(manifest(name)).forEach(argument -> given.add(argument.split("=", 2)[0]));
        }
        Arrays.stream(unquoted(condor().get("arguments")).split(" ")).forEach(each -> given.add(each.split("=", 2)[0]));
        OPTION.matcher(Files.readString(RECIPES.resolve("Containerfile")).replaceAll("(?s).*CMD", ""))
                .results()
                .forEach(found -> given.add(found.group()));
        assertTrue(given.size() > 7, given.toString());
        for (String option : given) {
            assertTrue(help.text().contains(option), option);
        }
    }

    private static Map<String, String> condor() throws IOException {
        Map<String, String> submit = new LinkedHashMap<>();
        List<String> lines = Files.readAllLines(RECIPES.resolve("workers.sub")).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        for (String line : lines.subList(0, lines.size() - 1)) {
            String[] parts = line.split("\\s*=\\s*", 2);
            assertEquals(2, parts.length, line);
            assertTrue(submit.put(parts[0], parts[1]) == null, "twice: " + line);
        }
        assertTrue(lines.get(lines.size() - 1).matches("queue \\d+"), "the last line queues");
        return submit;
    }

    /** Within the double quotes a double quote would be doubled, and words with spaces in single quotes; the recipe needs neither. */
    private static String unquoted(String value) {
        assertTrue(value.matches("\"[^\"']*\""), value);
        return value.substring(1, value.length() - 1);
    }

    @Test
    void theSubmitFileHasNamesThatHtcondorKnowsAndFilesThatAreThere() throws IOException {
        Map<String, String> submit = condor();
        Set<String> unknown = new TreeSet<>(submit.keySet());
        unknown.removeAll(OF_CONDOR);
        assertEquals(Set.of(), unknown);
        // Words with a space between them. Java counts the machine's cores, and HTCondor gives a part of them.
        assertEquals(
                List.of(
                        "MUTIRAO_CACHE=off",
                        "MUTIRAO_JAVA_OPTS=-XX:ActiveProcessorCount=$(request_cpus)",
                        "LC_ALL=C.UTF-8"),
                List.of(unquoted(submit.get("environment")).split(" ")));
        List<String> files = Stream.concat(
                        Stream.of(submit.get("executable")),
                        Arrays.stream(submit.get("transfer_input_files")
                                .replace("$(jar)", submit.get("jar"))
                                .split(", ")))
                .filter(file -> file.startsWith("../"))
                .toList();
        assertEquals(3, files.size());
        for (String file : files) {
            assertTrue(Files.exists(RECIPES.resolve(file)), file);
        }
    }

    @Test
    void theImageIsMadeOfFilesThatAreThere() throws IOException {
        List<String> copied = new ArrayList<>();
        String jar = "";
        for (String line : Files.readAllLines(RECIPES.resolve("Containerfile"))) {
            if (line.startsWith("ARG JAR=")) {
                jar = line.substring("ARG JAR=".length());
            }
            String[] words = line.replace("${JAR}", jar).split(" ");
            if (words[0].equals("COPY")) {
                copied.addAll(Arrays.asList(words).subList(1, words.length - 1));
            }
        }
        assertEquals(3, copied.size(), copied.toString());
        for (String file : copied) {
            assertTrue(Files.exists(Program.root().resolve(file)), file);
        }
    }

    /** As HTCondor lays them: the scripts and the jar in one folder. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theStartScriptFindsTheJarBesideIt() throws Exception {
        for (String name : List.of("bin/mutirao-worker", "bin/mutirao-java", "worker/target/worker.jar")) {
            Path from = Program.root().resolve(name);
            Files.copy(from, folder.resolve(from.getFileName().toString()), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Program worker = Program.run(
                folder,
                "worker",
                List.of("/bin/sh", folder.resolve("mutirao-worker").toString(), "--version"),
                Map.of("MUTIRAO_CACHE", "off"));
        assertEquals(0, worker.exitCode(), worker.text());
        assertTrue(worker.text().startsWith("mutirao worker"), worker.text());
    }
}
