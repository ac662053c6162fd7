package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.mutirao.protocol.disk.DurableFiles;

/**
 * Machines and a switch, made of network namespaces: own addresses, own host names, broadcasts, no way out. Needs root on Linux;
 * elsewhere the test that asks for one is skipped.
 */
final class Lan implements AutoCloseable {
    private static final AtomicInteger MADE = new AtomicInteger();
    private static final Path NAMES = Path.of("/etc/netns");

    private final String prefix = "mutirao" + ProcessHandle.current().pid() + "-" + MADE.incrementAndGet() + "-";
    private final List<String> namespaces = new ArrayList<>();
    private final int machines;

    private Lan(int machines) {
        this.machines = machines;
    }

    /**
     * Plugs in.
     *
     * @param slow whether it runs at 100 Mbit/s in packets of 1500 bytes, so that long messages arrive in pieces
     */
    static Lan of(int machines, boolean slow) {
        Lan lan = new Lan(machines);
        boolean made = false;
        try {
            made = lan.addNamespace("switch");
            assumeTrue(made, "SKIPPED: network namespaces can only be made by root on Linux");
            lan.plugIn(slow);
            return lan;
        } catch (RuntimeException | Error e) {
            lan.close();
            throw e;
        }
    }

    private boolean addNamespace(String name) {
        boolean made = run("ip", "netns", "add", prefix + name) == 0;
        if (made) {
            namespaces.add(prefix + name);
        }
        return made;
    }

    private void plugIn(boolean slow) {
        String hub = prefix + "switch";
        must("ip", "-n", hub, "link", "add", "br0", "type", "bridge");
        must("ip", "-n", hub, "link", "set", "br0", "up");
        StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
        for (int machine = 0; machine < machines; machine++) {
            hosts.append(address(machine)).append(' ').append(name(machine)).append('\n');
        }
        for (int machine = 0; machine < machines; machine++) {
            String host = prefix + name(machine);
            assertEquals(true, addNamespace(name(machine)));
            String port = "p" + machine;
            must("ip", "-n", hub, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", host);
            must("ip", "-n", hub, "link", "set", port, "master", "br0", "up");
            must("ip", "-n", host, "link", "set", "lo", "up");
            must("ip", "-n", host, "addr", "add", address(machine) + "/24", "brd", "10.62.219.255", "dev", "eth0");
            must("ip", "-n", host, "link", "set", "eth0", "up");
            must("ip", "-n", host, "route", "add", "default", "dev", "eth0");
            if (slow) {
                slowDown(host);
            }
            writeNames(host, hosts.toString());
        }
    }

    private static void slowDown(String host) {
        boolean paced =
                run("ip", "-n", host, "link", "set", "dev", "eth0", "gso_max_size", "1514", "gso_max_segs", "1") == 0
                        && run(
                                        "ip", "netns", "exec", host, "tc", "qdisc", "add", "dev", "eth0", "root", "tbf",
                                        "rate", "100mbit", "burst", "1600", "latency", "200ms")
                                == 0;
        assumeTrue(paced, "SKIPPED: 'tc' can't slow down a network here");
    }

    /** Other groups' masters announce what their host name means to them. */
    private static void writeNames(String host, String names) {
        try {
            Path folder = Files.createDirectories(NAMES.resolve(host));
            Files.writeString(folder.resolve("hosts"), names);
            Files.writeString(folder.resolve("resolv.conf"), "# no name server here\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Group C's programs know only the network 10.62.219.0, and its master only the first address here. */
    String address(int machine) {
        return "10.62.219." + (14 + machine);
    }

    private static String name(int machine) {
        return "pc" + machine;
    }

    /** What to write before a command so that it runs on that machine. */
    List<String> on(int machine) {
        return List.of(
                "ip",
                "netns",
                "exec",
                prefix + name(machine),
                "unshare",
                "--uts",
                "--",
                "/bin/sh",
                "-c",
                "hostname \"$0\" && exec \"$@\"",
                name(machine));
    }

    /** Pulls the machine's cable. */
    void cut(int machine) {
        must("ip", "-n", prefix + "switch", "link", "set", "p" + machine, "down");
    }

    /** What the machine sends gets nowhere; what others send arrives. */
    void muteOutgoing(int machine) {
        must(
                "ip",
                "netns",
                "exec",
                prefix + name(machine),
                "tc",
                "qdisc",
                "add",
                "dev",
                "eth0",
                "root",
                "tbf",
                "rate",
                "8bit",
                "burst",
                "1",
                "latency",
                "1ms");
    }

    /** All is as it was. */
    void mend(int machine) {
        must("ip", "-n", prefix + "switch", "link", "set", "p" + machine, "up");
        run("ip", "netns", "exec", prefix + name(machine), "tc", "qdisc", "del", "dev", "eth0", "root");
    }

    private static void must(String... command) {
        assertEquals(0, run(command), String.join(" ", command));
    }

    private static int run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException e) {
            return -1; // no such command: not Linux
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    @Override
    public void close() {
        for (String namespace : namespaces) {
            run("ip", "netns", "del", namespace);
            DurableFiles.deleteTree(NAMES.resolve(namespace));
        }
    }
}
