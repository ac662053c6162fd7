package org.mutirao.master.channel;

/** Whom a message is for. */
public sealed interface Audience {
    /** All who are there. */
    record Everyone() implements Audience {}

    /** Those who follow a topic. */
    record Topic(String name) implements Audience {}

    /** One person, and the sender. */
    record Person(String name) implements Audience {}
}
