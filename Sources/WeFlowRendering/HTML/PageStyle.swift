/// The style of the pages. It stands in each of them, so that a page needs nothing but itself and its pictures.
enum PageStyle {
    /// Light and dark, phone and desktop, screen and paper.
    static let text: StaticString = """
        :root {
          color-scheme: light dark;
          --page: #ededed; --sheet: #f7f7f7; --ink: #191919; --soft: #666; --line: #d9d9d9; --name: #4a5f88;
          --theirs: #fff; --own: #95ec69; --own-ink: #0d1f05; --well: #e2e2e2; --accent: #07883f; --hit: #ffd94d;
          --pay: #fab363; --pay-ink: #402300; --red: #cd3d37; --red-ink: #ffeccf; --link: #2d5fa6;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #111; --sheet: #1d1d1d; --ink: #dedede; --soft: #959595; --line: #303030; --name: #93a8d6;
            --theirs: #2c2c2c; --own: #3eb575; --own-ink: #04140a; --well: #252525; --accent: #3eb575; --hit: #d8b21f;
            --pay: #c98238; --pay-ink: #1c0f00; --red: #b5352f; --red-ink: #ffe6c2; --link: #8ab4f0;
          }
        }
        * { box-sizing: border-box; }
        [hidden] { display: none !important; }
        html { scroll-padding: 104px 0 48px; -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--page); color: var(--ink); font-size: 16px; line-height: 1.5;
          font-family: system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
        }
        :root:not(.english) .en, .english .zh { display: none; }
        a { color: var(--link); }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        .t, .n, .who, .said, .was, .board > div, .k b, .k p, .items span, .item h2, .item p, .item li, .item .tag, .list b {
          unicode-bidi: plaintext;
        }

        .bar { position: sticky; top: 0; z-index: 3; background: var(--sheet); border-bottom: 1px solid var(--line); }
        .bar > div { display: flex; gap: 10px; align-items: center; max-width: 800px; margin: 0 auto; padding: 9px 16px; }
        .bar h1 {
          flex: 1 1 0; min-width: 0; margin: 0; font-size: 17px; font-weight: 600; white-space: nowrap; overflow: hidden;
          text-overflow: ellipsis;
        }
        .bar h1 small { margin-left: 6px; font-size: 13px; font-weight: 400; color: var(--soft); }
        .bar .back {
          flex: none; width: 32px; height: 36px; margin-left: -8px; font-size: 28px; line-height: 32px; text-align: center;
          text-decoration: none; color: var(--ink); border-radius: 6px;
        }
        .bar input {
          flex: 0 1 240px; min-width: 96px; height: 36px; padding: 0 12px; font: inherit; font-size: 15px; color: inherit;
          background: var(--page); border: 1px solid var(--line); border-radius: 6px; appearance: none;
        }
        .bar input::placeholder { color: var(--soft); }
        .strip {
          display: flex; gap: 2px; max-width: 800px; margin: 0 auto; padding: 0 12px 7px; overflow-x: auto;
          scrollbar-width: none; font-size: 14px; white-space: nowrap;
        }
        .strip a, .strip b { flex: none; padding: 2px 9px; border-radius: 5px; text-decoration: none; color: var(--soft); }
        .strip a:hover { background: var(--well); color: var(--ink); }
        .strip b { font-weight: 600; color: var(--ink); background: var(--well); }
        .strip i { flex: none; width: 1px; margin: 4px 8px; background: var(--line); }
        .strip small { font-size: 11px; opacity: .75; }

        main { max-width: 800px; margin: 0 auto; padding: 6px 16px 72px; }
        .day { content-visibility: auto; contain-intrinsic-size: auto 150px; padding-top: 1px; }
        .d1 { contain-intrinsic-height: auto 300px; } .d2 { contain-intrinsic-height: auto 600px; }
        .d3 { contain-intrinsic-height: auto 1200px; } .d4 { contain-intrinsic-height: auto 2400px; }
        .d5 { contain-intrinsic-height: auto 4800px; } .d6 { contain-intrinsic-height: auto 7000px; }
        .day h2 { margin: 22px 0 16px; text-align: center; font-size: 13px; font-weight: 400; color: var(--soft); }
        .day h2 time { padding: 3px 12px; border-radius: 12px; background: var(--well); }

        .m {
          position: relative; display: grid; grid-template-columns: 40px minmax(0, 1fr); column-gap: 12px; margin: 0 0 14px;
          align-content: start; min-height: 40px;
        }
        .m > * { grid-column: 2; justify-self: start; max-width: calc(100% - 52px); }
        .m > .av { grid-column: 1; grid-row: 1; max-width: none; margin-bottom: -40px; }
        .o { grid-template-columns: minmax(0, 1fr) 40px; }
        .o > * { grid-column: 1; justify-self: end; }
        .o > .av { grid-column: 2; }
        .g::before {
          content: attr(data-t); grid-column: 1 / -1; grid-row: 1; justify-self: center; margin: 6px 0 10px; font-size: 12px;
          color: var(--soft);
        }
        .g > .av { grid-row: 2; }
        .m:not(.g)::after {
          content: attr(data-t); position: absolute; bottom: 4px; inset-inline-end: 0; font-size: 11px; color: var(--soft);
          opacity: 0;
        }
        .o:not(.g)::after { inset-inline: 0 auto; }
        .m:hover::after, .m.at::after, .m:target::after { opacity: 1; }
        .m:target > :not(.av):not(.who), .m.at > :not(.av):not(.who) { box-shadow: 0 0 0 2px var(--accent); }
        .n:target, .n.at { outline: 2px solid var(--accent); }

        .av {
          display: block; width: 40px; height: 40px; border-radius: 5px; object-fit: cover; overflow: hidden; color: #fff;
          font: 500 18px/40px system-ui, sans-serif; text-align: center; user-select: none; background: var(--well);
        }
        i.av::before { content: attr(data-l); }
        .c0 { background: #4f7cac; } .c1 { background: #4d8050; } .c2 { background: #a2674d; } .c3 { background: #7d6aa8; }
        .c4 { background: #8c6f26; } .c5 { background: #38807f; } .c6 { background: #a35478; } .c7 { background: #6b7480; }
        .who { margin: -2px 0 3px; font-size: 13px; font-weight: 400; line-height: 18px; color: var(--soft); overflow-wrap: anywhere; }

        .t, .k {
          position: relative; margin: 0; padding: 9px 12px; border-radius: 5px; background: var(--theirs); color: var(--ink);
          overflow-wrap: anywhere;
        }
        .t { min-height: 40px; min-width: 40px; white-space: pre-wrap; line-height: 22px; }
        .o > .t { background: var(--own); color: var(--own-ink); }
        .o > .t a { color: inherit; }
        .t::before, .k::before {
          content: ""; position: absolute; top: 15px; left: -4px; width: 10px; height: 10px; background: inherit;
          border-radius: 2px; transform: rotate(45deg);
        }
        .o > .t::before, .o > .k::before { left: auto; right: -4px; }
        .n {
          margin: 0 auto 14px; padding: 2px 10px; max-width: 620px; text-align: center; font-size: 13px; color: var(--soft);
          overflow-wrap: anywhere; white-space: pre-wrap; border-radius: 4px;
        }
        .miss { background: none !important; color: var(--soft) !important; border: 1px dashed var(--soft); font-size: 14px; }
        .miss::before { display: none; }

        .pic, .film { border-radius: 5px; overflow: hidden; background: var(--well); }
        .pic { display: block; }
        .pic img { display: block; max-width: 100%; max-height: 320px; height: auto; object-fit: contain; }
        .film { width: 280px; max-height: 360px; background: #000; }
        .sticker { background: none; border-radius: 0; }
        .sticker img { max-width: 130px; max-height: 130px; }
        .v { display: flex; align-items: center; gap: 8px; text-decoration: none; }
        .o > .v { flex-direction: row-reverse; }
        .v i {
          flex: none; width: 14px; height: 18px; clip-path: polygon(0 50%, 100% 0, 100% 100%);
          background: radial-gradient(circle at 0 50%, currentColor 3px, #0000 3.5px 5.5px, currentColor 6px 8px,
            #0000 8.5px 10.5px, currentColor 11px 13px, #0000 13.5px);
        }
        .o > .v i { transform: scaleX(-1); }
        .v.on i { animation: play 1s steps(3, jump-none) infinite; }
        @keyframes play { from { clip-path: polygon(0 50%, 30% 30%, 30% 70%); } }
        .v1 { width: 92px; } .v2 { width: 116px; } .v3 { width: 146px; } .v4 { width: 180px; } .v5 { width: 220px; }
        .said { margin-top: 5px; padding: 7px 12px; font-size: 15px; color: var(--soft); background: var(--well); border-radius: 5px; }
        .said, .was { overflow-wrap: anywhere; white-space: pre-wrap; }

        .q {
          display: block; margin-top: 5px; padding: 5px 10px; border-radius: 5px; font-size: 13px; line-height: 18px;
          color: var(--soft); background: var(--well); text-decoration: none; overflow-wrap: anywhere;
        }
        a.q:hover { color: var(--ink); }
        .q > span { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; }
        .marks { margin: 3px 0 0; font-size: 12px; color: var(--soft); }
        .marks summary { cursor: pointer; }
        .was { margin: 4px 0; padding-left: 8px; border-left: 2px solid var(--line); }

        .k { display: block; width: 264px; font-size: 15px; text-decoration: none; line-height: 1.4; }
        .k b { display: block; font-weight: 500; }
        .k p { margin: 4px 0 0; font-size: 13px; color: var(--soft); white-space: pre-wrap;
          display: -webkit-box; -webkit-line-clamp: 4; -webkit-box-orient: vertical; overflow: hidden; }
        .k > small, .k summary > small {
          display: block; margin-top: 8px; padding-top: 5px; border-top: 1px solid var(--line); font-size: 12px; color: var(--soft);
        }
        .k .with { display: grid; grid-template-columns: minmax(0, 1fr) 42px; gap: 10px; }
        .ext {
          width: 42px; height: 48px; border-radius: 4px; background: #5d7ea6; color: #fff; font: 600 11px/48px system-ui, sans-serif;
          text-align: center; overflow: hidden;
        }
        .board { width: auto; min-width: 200px; }
        .board > div { white-space: pre-wrap; font-size: 16px; line-height: 22px; }
        .pay { background: var(--pay); color: var(--pay-ink); }
        .red { background: var(--red); color: var(--red-ink); }
        .pay p, .red p { color: inherit; }
        .pay > small, .red > small { color: inherit; border-color: #0003; }
        .pay b { font-size: 18px; }
        .rec summary { cursor: pointer; list-style: none; }
        .rec summary::-webkit-details-marker { display: none; }
        .rec[open] { width: 460px; }
        .rec[open] > summary > p { display: none; }
        .items { margin-top: 8px; border-top: 1px solid var(--line); font-size: 14px; }
        .items > div { padding: 7px 0; border-bottom: 1px solid var(--line); }
        .items > div:last-child { border: 0; padding-bottom: 0; }
        .items > div > span { color: var(--soft); font-size: 12px; }
        .items > div > span:first-child { color: var(--name); margin-right: 8px; }
        .items .rec, .items .rec[open] { width: auto; margin-top: 4px; background: var(--well); }
        .items .rec::before { display: none; }
        .items div > p { margin: 2px 0 0; font-size: 14px; color: inherit; display: block; }

        .hits {
          position: fixed; z-index: 4; left: 50%; bottom: 16px; transform: translateX(-50%); display: flex; gap: 4px;
          align-items: center; padding: 5px 6px 5px 16px; border-radius: 22px; background: var(--sheet); color: var(--ink);
          box-shadow: 0 2px 14px #0005; font-size: 14px; white-space: nowrap;
        }
        .hits button {
          min-width: 36px; height: 34px; padding: 0 8px; font: inherit; color: inherit; background: none; border: 0; border-radius: 17px;
          cursor: pointer;
        }
        .hits button:hover, .hits button[aria-pressed=true] { background: var(--well); }
        .only .m:not(.hit), .only .n:not(.hit) { display: none; }
        ::highlight(hit) { background-color: var(--hit); color: #191919; }
        dialog { max-width: none; max-height: none; width: 100%; height: 100%; margin: 0; padding: 0; border: 0; background: #000d; }
        dialog img { width: 100%; height: 100%; object-fit: contain; }
        dialog button {
          position: absolute; top: 12px; right: 12px; width: 44px; height: 44px; font-size: 22px; color: #fff; background: #0008;
          border: 0; border-radius: 22px; cursor: pointer;
        }
        .keys { max-width: 800px; margin: 0 auto; padding: 0 16px 40px; font-size: 12px; text-align: center; color: var(--soft); }
        kbd { padding: 0 5px; font: inherit; border: 1px solid var(--line); border-radius: 3px; background: var(--sheet); }
        .none { padding: 48px 0; text-align: center; color: var(--soft); }

        .list { margin: 10px 0; padding: 0; list-style: none; background: var(--sheet); border-radius: 8px; overflow: hidden; }
        .list li { content-visibility: auto; contain-intrinsic-size: auto 69px; }
        .list a {
          display: grid; grid-template-columns: 48px minmax(0, 1fr) auto; gap: 0 12px; padding: 10px 14px; color: inherit;
          text-decoration: none; align-items: center;
        }
        .list li + li a { border-top: 1px solid var(--line); }
        .list a:hover { background: var(--well); }
        .list .av { width: 48px; height: 48px; line-height: 48px; font-size: 21px; grid-row: span 2; }
        .list b { font-weight: 500; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
        .list time { font-size: 12px; color: var(--soft); }
        .list small { grid-column: 2 / -1; font-size: 13px; color: var(--soft); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
        .doors { display: flex; flex-wrap: wrap; gap: 10px; margin: 12px 0; }
        .doors a { flex: 1 1 96px; padding: 12px 16px; background: var(--sheet); border-radius: 8px; color: inherit; text-decoration: none; }
        .doors a:hover { background: var(--well); }
        .doors b { display: block; font-weight: 500; }
        .doors small { color: var(--soft); }
        .item {
          margin: 12px 0; padding: 14px 16px; background: var(--sheet); border-radius: 8px; overflow-wrap: anywhere;
          content-visibility: auto; contain-intrinsic-size: auto 140px;
        }
        .item h2 { margin: 0 0 4px; font-size: 16px; font-weight: 500; }
        .item > p { margin: 4px 0; white-space: pre-wrap; }
        .item .meta { font-size: 13px; color: var(--soft); }
        .item time { white-space: nowrap; }
        .item .from { display: flex; gap: 10px; align-items: center; font-weight: 500; color: var(--name); }
        .item ul { margin: 6px 0; padding-left: 20px; }
        .tag { display: inline-block; padding: 0 8px; margin-right: 6px; border-radius: 9px; background: var(--well); font-size: 12px; }
        .social { padding: 6px 12px; background: var(--well); border-radius: 5px; font-size: 14px; }
        .social p { margin: 2px 0; }
        .social bdi { color: var(--name); }

        @media (max-width: 480px) {
          .bar > div, main { padding-left: 12px; padding-right: 12px; }
          .bar input { flex-basis: 132px; }
          .m { column-gap: 10px; }
          .m > * { max-width: calc(100% - 44px); }
          .list a { padding: 10px 12px; }
        }
        @media print {
          :root {
            --page: #fff; --sheet: #fff; --ink: #000; --soft: #555; --line: #bbb; --theirs: #fff; --own: #e4f8d8; --own-ink: #000;
            --well: #f0f0f0; --name: #333; --link: #000; --pay: #fff; --pay-ink: #000; --red: #fff; --red-ink: #000;
          }
          @page { margin: 14mm 12mm; }
          body { font-size: 11pt; }
          .bar { position: static; border: 0; }
          .bar input, .bar .back, .strip, .hits, .keys, dialog { display: none !important; }
          main { max-width: none; padding: 0; }
          /* Whoever has gone to a month prints that month. */
          main:has(> .month:target) > .month:not(:target) { display: none; }
          .m { margin-bottom: 9px; }
          .day, .item, .list li { content-visibility: visible; }
          .day h2 { break-after: avoid; }
          .m, .n, .item { break-inside: avoid; }
          .t, .k, .q { border: 1px solid var(--line); }
          .t::before, .k::before { display: none; }
          .m::after { opacity: 1 !important; }
          * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
        }
        @media (prefers-reduced-motion: reduce) { .v.on i { animation: none; opacity: .5; } }

        """
}
