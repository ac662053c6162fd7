package org.mutirao.scenarios;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Says at the end of the build which tests took longest, by Surefire's reports. */
final class LongestTests {
    private static final int MOST = 10;
    private static final String REPORTS = "target/surefire-reports";

    private LongestTests() {}

    /**
     * One test of a report.
     *
     * @param name class and method
     * @param seconds how long it took
     */
    record Timed(String name, double seconds) {}

    /** The root of the project, and when this build began; reports of earlier builds don't count. */
    public static void main(String[] args) throws IOException {
        List<Timed> tests = of(Path.of(args[0]), Instant.parse(args[1]));
        if (tests.isEmpty()) {
            System.out.println("No tests were run.");
            return;
        }
        System.out.printf("The longest of %d tests:%n", tests.size());
        tests.stream().limit(MOST).forEach(test -> System.out.printf("%7.1f s  %s%n", test.seconds(), test.name()));
    }

    /** All tests since then, the longest first. */
    static List<Timed> of(Path root, Instant since) throws IOException {
        List<Timed> tests = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path reports : modules.map(module -> module.resolve(REPORTS))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.list(reports)) {
                    for (Path file : files.filter(
                                    each -> each.getFileName().toString().matches("TEST-.*\\.xml"))
                            .toList()) {
                        if (!Files.getLastModifiedTime(file).toInstant().isBefore(since)) {
                            tests.addAll(read(file));
                        }
                    }
                }
            }
        }
        tests.sort(Comparator.comparingDouble(Timed::seconds).reversed());
        return tests;
    }

    private static List<Timed> read(Path file) throws IOException {
        try {
            NodeList cases = DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getElementsByTagName("testcase");
            List<Timed> tests = new ArrayList<>();
            for (int i = 0; i < cases.getLength(); i++) {
                Element test = (Element) cases.item(i);
                String owner = test.getAttribute("classname");
                tests.add(new Timed(
                        owner.substring(owner.lastIndexOf('.') + 1) + "." + test.getAttribute("name"),
                        Double.parseDouble(test.getAttribute("time").replace(",", ""))));
            }
            return tests;
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(file + " is no report of tests", e);
        }
    }
}
