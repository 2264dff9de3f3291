/// The style and the script of the moments page. Both stand in the page itself, so that it needs nothing but itself.
enum MomentsPageAssets {
    /// The style: light and dark, phone and desktop, screen and paper.
    static let style: StaticString = """
        :root {
          color-scheme: light dark;
          --page: #ededed; --sheet: #fff; --ink: #191919; --soft: #737373; --line: #e3e3e3; --name: #4d6490;
          --well: #f4f4f4; --accent: #07944f; --mark: #fff3c4;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #111; --sheet: #1c1c1e; --ink: #e4e4e4; --soft: #9a9a9a; --line: #303032; --name: #8fa6d4;
            --well: #262628; --accent: #35c47c; --mark: #4a4011;
          }
        }
        * { box-sizing: border-box; }
        [hidden] { display: none !important; }
        html { scroll-padding-top: 72px; -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--page); color: var(--ink); line-height: 1.55; font-size: 16px;
          font-family: system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
        }
        a { color: var(--name); text-decoration: none; }
        a:hover { text-decoration: underline; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        .top {
          position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center;
          padding: 10px max(16px, calc(50vw - 434px)); background: var(--sheet); border-bottom: 1px solid var(--line);
        }
        .top h1 { margin: 0; font-size: 20px; }
        .top p { margin: 0; color: var(--soft); font-size: 14px; }
        .top input {
          flex: 1 1 180px; min-width: 0; max-width: 320px; margin-left: auto; padding: 7px 12px; font: inherit;
          color: inherit; background: var(--well); border: 1px solid var(--line); border-radius: 8px;
        }
        .body { display: flex; gap: 24px; align-items: flex-start; max-width: 900px; margin: 0 auto; padding: 16px; }
        .index { position: sticky; top: 72px; flex: 0 0 180px; max-height: calc(100vh - 88px); overflow-y: auto; }
        .index summary { font-weight: 600; cursor: pointer; }
        .index ol { margin: 0; padding: 0; list-style: none; }
        .index > details > ol > li { margin-top: 10px; }
        .index ol ol { display: grid; grid-template-columns: repeat(3, 1fr); gap: 2px 4px; margin-top: 2px; }
        .index ol ol a { display: block; padding: 2px 0; font-size: 14px; color: var(--soft); }
        .index small { color: var(--soft); font-weight: 400; }
        main { flex: 1 1 0; min-width: 0; max-width: 640px; }
        main h2 { margin: 20px 0 8px; font-size: 15px; color: var(--soft); font-weight: 600; }
        main section:first-of-type h2 { margin-top: 0; }
        .post {
          display: grid; grid-template-columns: 44px 1fr; gap: 0 12px; padding: 16px; margin-bottom: 10px;
          background: var(--sheet); border-radius: 10px; content-visibility: auto; contain-intrinsic-size: auto 320px;
          overflow-wrap: anywhere;
        }
        .post:target { box-shadow: 0 0 0 2px var(--accent); }
        .avatar {
          width: 44px; height: 44px; border-radius: 6px; object-fit: cover; color: #fff; font-size: 20px;
          line-height: 44px; text-align: center; user-select: none;
        }
        .c0 { background: #4f7cac; } .c1 { background: #5b8c5a; } .c2 { background: #a2674d; } .c3 { background: #7d6aa8; }
        .c4 { background: #9a7b2f; } .c5 { background: #3f8a8c; } .c6 { background: #a35478; } .c7 { background: #6b7480; }
        .name { color: var(--name); font-weight: 600; }
        .text { margin: 4px 0 0; white-space: pre-wrap; }
        .grid { display: grid; gap: 5px; margin-top: 10px; max-width: 420px; }
        .g1 { grid-template-columns: minmax(0, 300px); }
        .g2 { grid-template-columns: repeat(2, minmax(0, 1fr)); max-width: 300px; }
        .g3 { grid-template-columns: repeat(3, minmax(0, 1fr)); }
        .shot { position: relative; margin: 0; overflow: hidden; border-radius: 4px; background: var(--well); }
        .shot > a:first-child, .shot img { display: block; }
        .shot img { width: 100%; height: 100%; object-fit: cover; }
        .g2 .shot, .g3 .shot { aspect-ratio: 1; }
        .g2 .shot > a:first-child, .g3 .shot > a:first-child { height: 100%; }
        .g1 .shot img { max-height: 420px; object-fit: contain; object-position: left; }
        .g1 .shot { background: none; width: fit-content; }
        .shot video { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; pointer-events: none; }
        .badge {
          position: absolute; left: 5px; bottom: 5px; padding: 0 7px; border-radius: 9px; font-size: 12px;
          line-height: 20px; color: #fff; background: #000a;
        }
        .film { display: block; width: 100%; max-width: 420px; max-height: 480px; background: #000; border-radius: 4px; }
        .gone {
          display: flex; flex-direction: column; justify-content: center; align-items: center; min-height: 88px;
          padding: 8px; text-align: center; font-size: 13px; color: var(--soft); background: var(--well);
          border: 1px dashed var(--line); border-radius: 4px;
        }
        .note { margin: 6px 0 0; font-size: 14px; color: var(--soft); }
        .card {
          display: block; margin-top: 10px; padding: 9px 12px; background: var(--well); border-radius: 4px;
          color: inherit; font-size: 14px;
        }
        .card b { display: block; font-weight: 500; }
        .card span { color: var(--soft); }
        .about { margin: 8px 0 0; font-size: 13px; color: var(--soft); }
        .about time { color: inherit; }
        .social { margin-top: 8px; background: var(--well); border-radius: 4px; font-size: 14px; }
        .social > * { margin: 0; padding: 6px 10px; list-style: none; }
        .social > * + * { border-top: 1px solid var(--line); }
        .likes { color: var(--name); }
        .comments { display: grid; gap: 3px; }
        .sticker { display: inline-block; vertical-align: middle; }
        .sticker img { display: block; max-width: 120px; max-height: 120px; }
        .none { padding: 48px 0; text-align: center; color: var(--soft); }
        .end { padding: 16px; text-align: center; font-size: 13px; color: var(--soft); }
        .up {
          position: fixed; right: 16px; bottom: 16px; width: 42px; height: 42px; line-height: 40px; text-align: center;
          font-size: 20px; color: var(--ink); background: var(--sheet); border: 1px solid var(--line); border-radius: 50%;
        }
        dialog { max-width: none; max-height: none; width: 100vw; height: 100vh; margin: 0; padding: 0; border: 0; background: #000e; }
        dialog[open] { display: grid; place-items: center; }
        dialog img, dialog video { max-width: 100vw; max-height: 100vh; object-fit: contain; }
        dialog button {
          position: fixed; top: 12px; right: 12px; width: 44px; height: 44px; font-size: 22px; color: #fff;
          background: #0008; border: 0; border-radius: 50%; cursor: pointer;
        }
        @media (max-width: 760px) {
          .body { display: block; padding: 10px; }
          .index { position: static; max-height: none; padding: 10px 14px; margin-bottom: 10px; background: var(--sheet); border-radius: 10px; }
          .index ol ol { grid-template-columns: repeat(auto-fill, minmax(64px, 1fr)); }
          .index ol ol a { padding: 6px 0; }
          main { max-width: none; }
          .top input { max-width: none; flex-basis: 100%; margin-left: 0; font-size: 16px; }
          html { scroll-padding-top: 116px; }
        }
        @media print {
          :root {
            color-scheme: light; --page: #fff; --sheet: #fff; --ink: #000; --soft: #555; --line: #ccc; --name: #223a66;
            --well: #f6f6f6;
          }
          body { font-size: 11pt; }
          .top { position: static; padding: 0 0 8pt; }
          .top input, .index, .up, dialog { display: none; }
          .body { display: block; max-width: none; padding: 0; }
          main { max-width: none; }
          main h2 { break-after: avoid; }
          .post { content-visibility: visible; border-radius: 0; border-bottom: 1px solid #ccc; margin: 0; padding: 10pt 0; }
          .shot, .card, .social, .film, .avatar { break-inside: avoid; }
          .film { max-height: 120pt; }
          .g1 .shot img { max-height: 220pt; }
          .grid { max-width: 300pt; }
          .avatar, .badge { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }

        """

    /// The script: search, pictures in full, Live Photos in motion. Without it everything is still there to read.
    static let script: StaticString = """
        (() => {
          "use strict";
          const all = (selector, root = document) => [...root.querySelectorAll(selector)];
          const one = selector => document.querySelector(selector);
          const posts = all(".post"), months = all("main section"), box = one("#search");
          const shown = one("#shown"), none = one("#none"), index = one(".index details");

          const wide = matchMedia("(min-width: 761px)");
          const unfold = () => { if (index) index.open = wide.matches; };
          wide.addEventListener("change", unfold);
          unfold();

          const texts = new Map();
          const textOf = post => {
            if (!texts.has(post)) texts.set(post, post.textContent.toLowerCase());
            return texts.get(post);
          };
          const search = () => {
            const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
            let count = 0;
            for (const post of posts) {
              post.hidden = !words.every(word => textOf(post).includes(word));
              if (!post.hidden) count += 1;
            }
            for (const month of months) month.hidden = !month.querySelector(".post:not([hidden])");
            for (const link of all(".index a")) {
              const target = document.getElementById(link.hash.slice(1));
              link.parentElement.hidden = !target || !target.querySelector(".post:not([hidden])");
            }
            for (const year of all(".index > details > ol > li")) {
              year.hidden = !year.querySelector("ol li:not([hidden])");
            }
            none.hidden = count > 0;
            shown.textContent = words.length ? `找到 ${count} 条` : "";
          };
          let timer = 0;
          box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 120); });
          if (box.value) search();
          document.addEventListener("keydown", event => {
            if (event.key === "/" && document.activeElement !== box && !dialog.open) {
              event.preventDefault();
              box.focus();
            }
          });

          const dialog = document.createElement("dialog");
          const close = document.createElement("button");
          close.textContent = "✕";
          close.setAttribute("aria-label", "关闭");
          document.body.append(dialog);
          let current = null;
          const show = link => {
            current = link;
            const isClip = link.classList.contains("badge");
            const view = document.createElement(isClip ? "video" : "img");
            view.src = link.href;
            if (isClip) Object.assign(view, { controls: true, autoplay: true, loop: true, playsInline: true });
            dialog.replaceChildren(close, view);
            if (!dialog.open) dialog.showModal();
          };
          const step = by => {
            const links = all(".post:not([hidden]) .view");
            const place = links.indexOf(current);
            if (place >= 0 && links[place + by]) show(links[place + by]);
          };
          document.addEventListener("click", event => {
            const link = event.target.closest("a.view, a.badge");
            if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            show(link);
          });
          dialog.addEventListener("click", event => { if (event.target.localName !== "video") dialog.close(); });
          dialog.addEventListener("close", () => dialog.replaceChildren());
          dialog.addEventListener("keydown", event => {
            if (event.key === "ArrowRight") step(1);
            if (event.key === "ArrowLeft") step(-1);
          });

          for (const shot of all(".live")) {
            let clip = null;
            shot.addEventListener("pointerenter", event => {
              if (event.pointerType !== "mouse") return;
              clip = document.createElement("video");
              Object.assign(clip, { muted: true, autoplay: true, loop: true, playsInline: true });
              clip.src = shot.querySelector(".badge").href;
              shot.append(clip);
            });
            shot.addEventListener("pointerleave", () => { if (clip) clip.remove(); clip = null; });
          }
        })();

        """
}
