;;; snow-mode.el --- Major mode for Snow -*- lexical-binding: t -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "26.1"))
;; Keywords: languages

;;; Commentary:

;; Colours and indentation for Snow, and `snow-format-buffer', which asks `snowc fmt'.
;; The words are those of the lexer; a test of the repository compares them.

;;; Code:

(defconst snow-control-words
  '(
    "after" "break" "call" "case" "cast" "cond" "continue" "do" "else" "end" "for" "if" "in"
    "match" "receive" "return" "terminate" "trap" "when" "where" "while" "with"
    ))

(defconst snow-declaration-words
  '(
    "actor" "service" "supervisor" "struct" "type" "interface" "impl" "module" "trait" "fn" "def"
    "let" "pub" "import" "alias"
    ))

(defconst snow-other-words
  '(
    "spawn" "send" "link" "monitor" "and" "or" "not"
    ))

(defconst snow-constants
  '(
    "true" "false" "nil" "self"
    ))

(defconst snow-font-lock-keywords
  `(("\\_<\\(?:fn\\|def\\|actor\\)[ \t]+\\([a-z_][[:alnum:]_]*\\)" 1 font-lock-function-name-face)
    ("\\.\\([a-z_][[:alnum:]_]*\\)" 1 'default)
    (,(regexp-opt (append snow-control-words snow-declaration-words snow-other-words) 'symbols)
     . font-lock-keyword-face)
    (,(regexp-opt snow-constants 'symbols) . font-lock-constant-face)
    ("^[ \t]*\\(from\\|extern\\|opaque\\|test\\|assert\\)\\_>" 1 font-lock-keyword-face)
    ("\\_<[A-Z][[:alnum:]_]*\\_>" . font-lock-type-face)))

(defvar snow-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?\" "\"" table)
    table))

(defun snow-indent-line ()
  "Indent a line as far as the one above tells."
  (interactive)
  (let ((indent
         (save-excursion
           (beginning-of-line)
           (if (not (re-search-backward "^[ \t]*[^ \t\n]" nil t))
               0
             (+ (current-indentation)
                (if (looking-at ".*\\(\\_<do\\([ \t]*|[^|\n]*|\\)?\\|->\\|\\_<else\\|[[({]\\)[ \t]*\\(#.*\\)?$")
                    2 0))))))
    (save-excursion
      (beginning-of-line)
      (when (looking-at "[ \t]*\\(\\(?:end\\|else\\|after\\)\\_>\\|[])}]\\)")
        (setq indent (max 0 (- indent 2)))))
    (if (<= (current-column) (current-indentation))
        (indent-line-to indent)
      (save-excursion (indent-line-to indent)))))

(defun snow-format-buffer ()
  "Lay out the buffer with `snowc fmt'; with errors of syntax, leave it alone and show them."
  (interactive)
  (let ((out (generate-new-buffer " *snow fmt*"))
        (errors (make-temp-file "snow-fmt")))
    (unwind-protect
        (if (zerop (call-process-region nil nil "snowc" nil (list out errors) nil "fmt" "-"))
            (replace-buffer-contents out)
          (with-current-buffer (get-buffer-create "*snow errors*")
            (insert-file-contents errors nil nil nil t)
            (display-buffer (current-buffer))))
      (kill-buffer out)
      (delete-file errors))))

;;;###autoload
(define-derived-mode snow-mode prog-mode "Snow"
  "Major mode for Snow."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "#+!?[ \t]*")
  (setq-local indent-tabs-mode nil)
  (setq-local fill-column 100)
  (setq-local indent-line-function #'snow-indent-line)
  (setq-local font-lock-defaults '(snow-font-lock-keywords)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.snow\\'" . snow-mode))

(provide 'snow-mode)
;;; snow-mode.el ends here
