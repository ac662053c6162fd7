package org.mutirao.protocol.wire;

import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.text.Text;

/** Tells programs without the room's secret what they lack, whatever they ask. */
final class LockedDoor implements WireServer.Handler {
    @Override
    public void onRequest(WireServer.Connection from, Dialect dialect, Request request, WireServer.Answer answer) {
        answer.send(
                new Reply.Failure(
                        Reply.Refusal.BAD_REQUEST,
                        Text.of(
                                "this room has a key; start the program with --secret FILE, and ask whoever runs the room for the file")));
    }

    @Override
    public void onClosed(WireServer.Connection connection) {}
}
