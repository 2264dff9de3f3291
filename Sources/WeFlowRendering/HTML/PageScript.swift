/// The script of the pages. It stands in the head of each of them and is the only one that the page lets run; it asks
/// nothing of anywhere, and makes no markup of anything that was sent.
enum PageScript {
    /// Language, search, keys, pictures, voices.
    static let text: StaticString = """
        "use strict";
        (() => {
          const root = document.documentElement;
          const english = !/^zh\\b/i.test((navigator.languages || [])[0] || navigator.language || "");
          root.classList.toggle("english", english);
          root.lang = english ? "en" : "zh-CN";
          /* A face that no browser can show is a plain one. */
          document.addEventListener("error", event => {
            const face = event.target;
            if (face.localName !== "img" || !face.classList.contains("av")) return;
            const plain = document.createElement("i");
            plain.className = `av c${face.src.length & 7}`;
            const row = face.closest(".m, .item, li");
            const name = row && row.querySelector(row.localName === "li" ? "b" : ".who, .from bdi");
            if (name) plain.dataset.l = (name.textContent.match(/[\\p{L}\\p{N}]/u) || [""])[0];
            face.replaceWith(plain);
          }, true);
          document.addEventListener("DOMContentLoaded", () => {
            const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
            if (english) for (const element of all("[data-en]")) {
              for (const name of ["placeholder", "title", "aria-label"]) {
                if (element.hasAttribute(name)) element.setAttribute(name, element.dataset.en);
              }
            }
            const main = document.querySelector("main");
            const box = document.getElementById("search");
            const none = document.getElementById("none");
            const filters = main.dataset.mode === "filter";
            const selector = filters ? ".list li, .item" : ".m, .n";

            /* Search: over what is read, in slices, so that the page answers while it goes on. */
            let rows = null;
            let texts = [];
            const parts = row => {
              const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
              const found = [];
              while (walker.nextNode()) if (!walker.currentNode.parentElement.closest(".zh, .en")) found.push(walker.currentNode);
              return found;
            };
            const textOf = index => {
              if (texts[index] === undefined) {
                const row = rows[index];
                const text = row.querySelector(".zh") ? parts(row).map(part => part.data).join(" ") : row.textContent;
                texts[index] = text.toLowerCase();
              }
              return texts[index];
            };
            const marks = window.Highlight && CSS.highlights ? new Highlight() : null;
            if (marks) CSS.highlights.set("hit", marks);
            const mark = (row, words) => {
              if (!marks || marks.size > 4000) return;
              for (const part of parts(row)) {
                const text = part.data.toLowerCase();
                if (text.length !== part.data.length) continue;
                for (const word of words) {
                  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
                    const range = document.createRange();
                    range.setStart(part, at);
                    range.setEnd(part, at + word.length);
                    marks.add(range);
                  }
                }
              }
            };
            let hits = [];
            let place = -1;
            let running = 0;
            const pill = document.createElement("div");
            const count = document.createElement("span");
            const button = (text, label, act) => {
              const made = document.createElement("button");
              made.type = "button";
              made.textContent = text;
              made.title = label;
              made.setAttribute("aria-label", label);
              made.addEventListener("click", act);
              return made;
            };
            const words = (zh, en) => english ? en : zh;
            const number = value => value.toLocaleString(english ? "en" : "zh-CN");
            const tell = () => {
              pill.hidden = filters || !box || !box.value.trim();
              count.textContent = hits.length
                ? `${number(place + 1)} / ${number(hits.length)}` : running ? "…" : words("没有找到", "nothing found");
            };
            const go = row => {
              for (const other of all(".at")) other.classList.remove("at");
              row.classList.add("at");
              row.scrollIntoView({ block: "center" });
              requestAnimationFrame(() => row.scrollIntoView({ block: "center" }));
            };
            const step = by => {
              if (!hits.length) return;
              place = (place + by + hits.length) % hits.length;
              go(hits[place]);
              tell();
            };
            const only = button("☰", words("只看找到的 (f)", "only what was found (f)"), () => {
              only.setAttribute("aria-pressed", String(root.classList.toggle("only")));
            });
            const clear = () => { box.value = ""; box.blur(); search(); };
            pill.className = "hits";
            pill.hidden = true;
            count.setAttribute("aria-live", "polite");
            pill.append(
              count, button("↑", words("上一个 (N)", "previous (N)"), () => step(-1)),
              button("↓", words("下一个 (n)", "next (n)"), () => step(1)), only,
              button("✕", words("清除 (Esc)", "clear (Esc)"), () => clear()));
            document.body.append(pill);
            const search = () => {
              running += 1;
              const mine = running;
              const wanted = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
              rows = rows || all(selector);
              for (const row of hits) row.classList.remove("hit");
              if (marks) marks.clear();
              hits = [];
              place = -1;
              if (!wanted.length) {
                root.classList.remove("only");
                only.setAttribute("aria-pressed", "false");
                for (const row of all(".at")) row.classList.remove("at");
                if (filters) for (const row of rows) row.hidden = false;
                if (none) none.hidden = rows.length > 0;
                running = 0;
                return tell();
              }
              let index = 0;
              const slice = () => {
                if (mine !== running) return;
                const end = performance.now() + 12;
                for (; index < rows.length && performance.now() < end; index += 1) {
                  const text = textOf(index);
                  const found = wanted.every(word => text.includes(word));
                  if (filters) rows[index].hidden = !found;
                  if (!found) continue;
                  hits.push(rows[index]);
                  rows[index].classList.add("hit");
                  mark(rows[index], wanted);
                }
                if (index >= rows.length) {
                  running = 0;
                  if (none) none.hidden = hits.length > 0;
                }
                tell();
                if (index < rows.length) setTimeout(slice, 0);
              };
              slice();
            };
            let timer = 0;
            if (box) {
              box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 150); });
              box.addEventListener("keydown", event => {
                if (event.key === "Escape") clear();
                if (event.key !== "Enter" || event.isComposing) return;
                event.preventDefault();
                if (filters) {
                  const link = hits.length && hits[0].querySelector("a");
                  if (link) link.click();
                } else {
                  step(event.shiftKey ? -1 : 1);
                }
              });
              if (box.value) search();
            }

            /* Keys. */
            const visible = () => {
              rows = rows || all(selector);
              const seen = [0.3, 0.5, 0.7].map(part => document.elementFromPoint(innerWidth / 2, innerHeight * part));
              for (const element of seen) {
                const row = element && element.closest(selector);
                if (row) return rows.indexOf(row);
              }
              return scrollY > innerHeight ? rows.length - 1 : 0;
            };
            const walk = by => {
              rows = rows || all(selector);
              const current = document.querySelector(".at");
              let index = current ? rows.indexOf(current) + by : visible();
              while (rows[index] && rows[index].hidden) index += by;
              if (!rows[index]) return;
              go(rows[index]);
              const link = filters && rows[index].querySelector("a");
              if (link) link.focus({ preventScroll: true });
            };
            const follow = selector => {
              const link = document.querySelector(selector);
              if (link) link.click();
            };
            document.addEventListener("keydown", event => {
              if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
              const target = event.target;
              if (target.isContentEditable || /^(input|textarea|select|video|audio)$/i.test(target.localName)) return;
              const keys = {
                "/": () => { if (box) { box.focus(); box.select(); } },
                "n": () => step(1), "N": () => step(-1), "j": () => walk(1), "k": () => walk(-1),
                "f": () => { if (hits.length && !filters) only.click(); },
                "g": () => scrollTo(0, 0), "G": () => scrollTo(0, document.body.scrollHeight),
                "ArrowLeft": () => follow("a[rel=prev]"), "ArrowRight": () => follow("a[rel=next]"),
                "u": () => follow("a.back"), "Escape": () => { if (box) clear(); },
              };
              if (!Object.hasOwn(keys, event.key)) return;
              event.preventDefault();
              keys[event.key]();
            });

            /* Pictures in large, with the arrows from one to the next. */
            const dialog = document.createElement("dialog");
            const close = button("✕", words("关闭", "close"), () => dialog.close());
            document.body.append(dialog);
            let shown = null;
            const show = link => {
              shown = link;
              const picture = document.createElement("img");
              picture.src = link.href;
              dialog.replaceChildren(picture, close);
              if (!dialog.open) dialog.showModal();
            };
            dialog.addEventListener("click", () => dialog.close());
            dialog.addEventListener("close", () => dialog.replaceChildren());
            dialog.addEventListener("keydown", event => {
              const by = { ArrowLeft: -1, ArrowRight: 1, k: -1, j: 1 }[event.key];
              if (!by) return;
              const links = all("a.pic");
              const next = links[links.indexOf(shown) + by];
              if (next) show(next);
            });

            /* Voices: one at a time. */
            let voice = null;
            let player = null;
            const stop = () => {
              if (player) player.pause();
              if (voice) voice.classList.remove("on");
              voice = null;
            };
            const play = link => {
              const again = voice === link;
              stop();
              if (again) return;
              voice = link;
              voice.classList.add("on");
              player = new Audio(link.href);
              player.addEventListener("ended", stop);
              player.addEventListener("error", stop);
              player.play().catch(stop);
            };
            document.addEventListener("click", event => {
              const link = event.target.closest("a.pic, a.v");
              if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              if (link.classList.contains("v")) play(link); else show(link);
            });

            /* Paper cannot be unfolded. */
            let folded = [];
            addEventListener("beforeprint", () => {
              folded = all("details:not([open])");
              for (const record of folded) record.open = true;
            });
            addEventListener("afterprint", () => { for (const record of folded) record.open = false; });

            /* The first picture of a video, once it comes near. */
            const films = all("video");
            if (films.length && window.IntersectionObserver) {
              const near = new IntersectionObserver(seen => {
                for (const { isIntersecting, target } of seen) {
                  if (!isIntersecting) continue;
                  target.preload = "metadata";
                  near.unobserve(target);
                }
              }, { rootMargin: "400px" });
              for (const film of films) near.observe(film);
            }

            const strip = document.querySelector(".strip");
            const now = strip && strip.querySelector("b");
            if (now) strip.scrollLeft = now.offsetLeft - strip.clientWidth / 3;
          });
        })();

        """
}
