package org.mutirao.protocol.wire;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.mutirao.protocol.text.Text;

/** From where programs are let into a room without its secret. */
public final class OpenAddresses implements Predicate<InetAddress> {
    private static final int ANY_PORT = 0;

    private final List<IpSubnetFilterRule> rules;

    private OpenAddresses(List<IpSubnetFilterRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** From nowhere. */
    public static OpenAddresses none() {
        return new OpenAddresses(List.of());
    }

    /**
     * Reads {@code 10.0.0.7} or {@code 10.0.0.0/24}.
     *
     * @param texts one for each
     * @throws IllegalArgumentException with a sentence
     */
    public static OpenAddresses parse(List<String> texts) {
        List<IpSubnetFilterRule> rules = new ArrayList<>();
        for (String text : texts) {
            int slash = text.indexOf('/');
            InetAddress address = NetUtil.createInetAddressFromIpAddressString(
                    slash < 0 ? text.strip() : text.substring(0, slash).strip());
            if (address == null) {
                throw bad(text, null);
            }
            try {
                int bits = slash < 0
                        ? address.getAddress().length * Byte.SIZE
                        : Integer.parseInt(text.substring(slash + 1).strip());
                rules.add(new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT));
            } catch (IllegalArgumentException e) {
                throw bad(text, e);
            }
        }
        return new OpenAddresses(rules);
    }

    private static IllegalArgumentException bad(String text, Exception cause) {
        return new IllegalArgumentException(
                Text.of("--open-to '%s': expected an address such as 10.0.0.7, or a network such as 10.0.0.0/24", text),
                cause);
    }

    /** Whether it is from nowhere. */
    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /** The same as {@link #test} for an address as numbers; a name is none of them. */
    public boolean holds(String numbers) {
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(numbers);
        return address != null && test(address);
    }

    /** Whether that is an address as numbers, and none of these. A name may be one of them. */
    public boolean excludes(String host) {
        return NetUtil.createInetAddressFromIpAddressString(host) != null && !holds(host);
    }

    @Override
    public boolean test(InetAddress from) {
        InetSocketAddress asked = new InetSocketAddress(from, ANY_PORT);
        return rules.stream().anyMatch(rule -> rule.matches(asked));
    }
}
