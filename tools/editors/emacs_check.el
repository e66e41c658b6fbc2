;;; emacs_check.el --- Asserts the faces that snow-mode gives  -*- lexical-binding: t -*-

;; Run by `run': loads the compiled snow-mode.el, lays colours on a text and compares. Every row is
;; a text, a word in it, and the face that the word has there; nil means none.

(require 'snow-mode)

(defconst rows
  '(("fn twice(n :: Int) = n * 2" "fn" font-lock-keyword-face)
    ("fn twice(n :: Int) = n * 2" "twice" font-lock-function-name-face)
    ("fn twice(n :: Int) = n * 2" "Int" font-lock-type-face)
    ("fn twice(n :: Int) = n * 2" "2" font-lock-constant-face)
    ("pub opaque struct Point do" "opaque" font-lock-keyword-face)
    ("let opaque = 1" "opaque" default)
    ("pub extern fn now() -> Int" "extern" font-lock-keyword-face)
    ("value.send(1)" "send" default)
    ("0..if a do 1 end" "if" font-lock-keyword-face)
    ("  type :: Int" "type" default)
    ("  true :: rest -> 1" "true" font-lock-constant-face)
    ("test \"sums\" do" "test" font-lock-keyword-face)
    ("  assert a == b" "assert" font-lock-keyword-face)
    ("  child worker do" "child" font-lock-keyword-face)
    ("end deriving(Eq)" "deriving" font-lock-keyword-face)
    ("f(nil, other)" "nil" font-lock-constant-face)
    ("f(a) # why if" "if" font-lock-comment-face)
    ("## why if" "why" font-lock-comment-face)
    ("#= one #= two =# if =# case x do" "if" font-lock-comment-face)
    ("#= one #= two =# if =# case x do" "case" font-lock-keyword-face)
    ("f(\"a # b\") if" "b" font-lock-string-face)
    ("f(\"a # b\") if" "if" font-lock-keyword-face)
    ("\"a ${f(\"b\")} c\" if" "f" default)
    ("\"a ${f(\"b\")} c\" if" "c" font-lock-string-face)
    ("\"a ${f(\"b\")} c\" if" "if" font-lock-keyword-face)
    ("\"\"\"\na \"b\" c\n\"\"\" if" "b" font-lock-string-face)
    ("\"\"\"\na \"b\" c\n\"\"\" if" "if" font-lock-keyword-face)
    ("\"a\\\"b\" if" "if" font-lock-keyword-face)))

(defun face-of (text word)
  "The face of the first WORD of TEXT."
  (with-temp-buffer
    (snow-mode)
    (insert text)
    (font-lock-ensure)
    (goto-char (point-min))
    (re-search-forward (concat "\\_<" (regexp-quote word) "\\_>"))
    (get-text-property (match-beginning 0) 'face)))

(defun indented (text)
  "The TEXT as snow-mode indents it."
  (with-temp-buffer
    (snow-mode)
    (insert text)
    (indent-region (point-min) (point-max))
    (buffer-string)))

(defconst laid-out
  '("if a do\n  f(b)\nelse\n  1\nend\n"
    "let a = f(\n  1\n)\n  |> g()\n  # why\n  |> h(fn x do\n    x\n      |> i()\n  end)\n\nlet b = 1\n"
    "case a do\n  1 ->\n    b(2)\n  2 ->\n    b()\n      |> c()\n  3 -> d(fn x ->\n    e()\n    f()\n  end)\nend\n")
  "Texts that stand as `snowc fmt' lays them out.")

(let ((wrong 0))
  (pcase-dolist (`(,text ,word ,face) rows)
    (let ((found (face-of text word)))
      (unless (eq found face)
        (setq wrong (1+ wrong))
        (message "emacs: %S in %S has %S, not %S" word text found face))))
  (dolist (text laid-out)
    (let ((found (indented (replace-regexp-in-string "^ +" "" text))))
      (unless (equal found text)
        (setq wrong (1+ wrong))
        (message "emacs: indented as %S, not %S" found text))))
  (unless (with-temp-buffer
            (let ((buffer-file-name "a.snow")) (set-auto-mode))
            (derived-mode-p 'snow-mode))
    (setq wrong (1+ wrong))
    (message "emacs: a file .snow is not opened with snow-mode"))
  (message "editors: emacs: %d rows, %d wrong" (length rows) wrong)
  (kill-emacs (if (zerop wrong) 0 1)))
