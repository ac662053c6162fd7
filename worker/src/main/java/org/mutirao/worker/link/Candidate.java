package org.mutirao.worker.link;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.EnvelopeDialect;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.discovery.MasterFinder.Found;

/**
 * An address where a master may be, and what is known of it.
 *
 * @param dialect what it announced itself in; our own if nobody else can be there
 * @param envelope whether it may be group F's
 * @param discoveryPort where it answered; empty when nobody asked
 */
record Candidate(InetSocketAddress address, Dialect dialect, boolean envelope, OptionalInt discoveryPort) {
    /** A master that another of ours named. */
    static Candidate ours(InetSocketAddress address) {
        return new Candidate(address, new OwnDialect(), false, OptionalInt.empty());
    }

    /** One that a person named: nobody said which dialect. */
    static Candidate named(InetSocketAddress address) {
        return new Candidate(address, new EnvelopeDialect(), true, OptionalInt.empty());
    }

    /** Those that answered. Only ours announce themselves in several wordings, so they come first. */
    static List<Candidate> of(List<Found> answers) {
        Map<List<InetSocketAddress>, List<Found>> byPlace = new LinkedHashMap<>();
        answers.forEach(answer -> byPlace.computeIfAbsent(answer.addresses(), place -> new ArrayList<>())
                .add(answer));
        return byPlace.values().stream()
                .sorted(Comparator.comparingLong(Candidate::wordings).reversed())
                .flatMap(Candidate::ofOne)
                .toList();
    }

    private static long wordings(List<Found> answers) {
        return answers.stream()
                .map(answer -> answer.dialect().name())
                .distinct()
                .count();
    }

    private static Stream<Candidate> ofOne(List<Found> answers) {
        Found first = answers.get(0);
        boolean envelope =
                answers.stream().allMatch(answer -> answer.dialect().name().equals("envelope"));
        return first.addresses().stream()
                .map(address ->
                        new Candidate(address, first.dialect(), envelope, OptionalInt.of(first.discoveryPort())));
    }
}
