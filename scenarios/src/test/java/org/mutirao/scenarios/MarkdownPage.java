package org.mutirao.scenarios;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.CustomNode;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.text.TextContentRenderer;

/**
 * What a page consists of beside its sentences.
 *
 * @param levels of its headings, in their order
 * @param anchors what a link may name behind {@code #}
 * @param tables how many rows each has
 * @param blocks of code, without the comments and explanations in them
 * @param code each word of code within a sentence, and each option anywhere
 * @param links where they lead, pictures too
 * @param items of its lists
 */
record MarkdownPage(
        List<Integer> levels,
        List<String> anchors,
        List<Integer> tables,
        List<String> blocks,
        Set<String> code,
        List<String> links,
        int items) {
    private static final Parser PARSER =
            Parser.builder().extensions(List.of(TablesExtension.create())).build();
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][\\w-]*");
    /** What stands right of code, in a column of its own or behind a {@code #}. */
    private static final Pattern EXPLANATION = Pattern.compile("(?m)(?<=\\S) {2,}.*$|^ *#.*$");

    static MarkdownPage of(String text) {
        Reader reader = new Reader();
        PARSER.parse(text).accept(reader);
        OPTION.matcher(text).results().map(MatchResult::group).forEach(reader.code::add);
        return new MarkdownPage(
                reader.levels, reader.anchors, reader.tables, reader.blocks, reader.code, reader.links, reader.items);
    }

    /** In what the translation differs, each as a sentence. */
    List<String> differences(MarkdownPage twin) {
        List<String> all = new ArrayList<>();
        differ(all, "levels of headings", levels, twin.levels);
        differ(all, "rows of tables", tables, twin.tables);
        differ(all, "items of lists", items, twin.items);
        differ(all, "blocks of code", blocks.size(), twin.blocks.size());
        for (int i = 0; i < Math.min(blocks.size(), twin.blocks.size()); i++) {
            differ(all, "block " + (i + 1), blocks.get(i), twin.blocks.get(i));
        }
        code.stream().filter(each -> !twin.code.contains(each)).forEach(each -> all.add("only here: " + each));
        twin.code.stream().filter(each -> !code.contains(each)).forEach(each -> all.add("only in its twin: " + each));
        return all;
    }

    private static void differ(List<String> all, String what, Object here, Object there) {
        if (!here.equals(there)) {
            all.add(what + ": " + here + ", in its twin " + there);
        }
    }

    private static final class Reader extends AbstractVisitor {
        private final List<Integer> levels = new ArrayList<>();
        private final List<String> anchors = new ArrayList<>();
        private final List<Integer> tables = new ArrayList<>();
        private final List<String> blocks = new ArrayList<>();
        private final Set<String> code = new TreeSet<>();
        private final List<String> links = new ArrayList<>();
        private int items;

        @Override
        public void visit(Heading heading) {
            levels.add(heading.getLevel());
            String text = TextContentRenderer.builder().build().render(heading);
            // As GitHub and Forgejo make it.
            String anchor = text.toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            long earlier = anchors.stream()
                    .filter(other -> other.matches(Pattern.quote(anchor) + "(-\\d+)?"))
                    .count();
            anchors.add(earlier == 0 ? anchor : anchor + "-" + earlier);
            visitChildren(heading);
        }

        @Override
        public void visit(CustomBlock block) {
            if (block instanceof TableBlock) {
                tables.add(0);
            }
            visitChildren(block);
        }

        @Override
        public void visit(CustomNode node) {
            if (node instanceof TableRow) {
                int last = tables.size() - 1;
                tables.set(last, tables.get(last) + 1);
            }
            visitChildren(node);
        }

        @Override
        public void visit(FencedCodeBlock block) {
            blocks.add(EXPLANATION.matcher(block.getLiteral()).replaceAll(""));
        }

        @Override
        public void visit(Code word) {
            code.add(word.getLiteral());
        }

        @Override
        public void visit(ListItem item) {
            items++;
            visitChildren(item);
        }

        @Override
        public void visit(Link link) {
            leadsTo(link.getDestination(), link);
        }

        @Override
        public void visit(Image picture) {
            leadsTo(picture.getDestination(), picture);
        }

        private void leadsTo(String where, Node node) {
            links.add(where);
            visitChildren(node);
        }
    }
}
