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
  `((snow-match-interpolation 0 'default t)
    ("\\_<\\(?:fn\\|def\\|actor\\)[ \t]+\\([[:lower:]_][[:alnum:]_]*\\)[(<]"
     1 font-lock-function-name-face)
    ;; Any word may be the name of a field or a method.
    ("\\(?:\\`\\|[^.]\\)\\.\\([[:lower:]_][[:alnum:]_]*\\)" 1 'default)
    (,(regexp-opt snow-constants 'symbols) . font-lock-constant-face)
    ("\\_<\\([[:lower:]_]+\\)[ \t]*\\(?::\\|=[^=>]\\)" 1 'default)
    (,(regexp-opt (append snow-control-words snow-declaration-words snow-other-words) 'symbols)
     . font-lock-keyword-face)
    ("^[ \t]*\\(?:pub[ \t]+\\)?\\(opaque\\|extern\\)[ \t]+[[:lower:]]" 1 font-lock-keyword-face)
    ("^[ \t]*\\(from\\|child\\)[ \t]+[[:alnum:]_]" 1 font-lock-keyword-face)
    ("^[ \t]*\\(test\\)[ \t]*\"" 1 font-lock-keyword-face)
    ("\\_<\\(assert\\)[ \t]*[[:alnum:]_\"([!%]" 1 font-lock-keyword-face)
    ("\\_<end \\(deriving\\)(" 1 font-lock-keyword-face)
    ("[])\"[:alnum:]_] \\(as\\) [[:alnum:]_\"]" 1 font-lock-keyword-face)
    ("\\_<[[:digit:]][[:alnum:]_]*\\(?:\\.[[:digit:]][[:digit:]_]*\\(?:[eE][-+]?[[:digit:]]+\\)?\\)?"
     . font-lock-constant-face)
    ("\\_<[[:upper:]][[:alnum:]_]*\\_>" . font-lock-type-face)))

(defvar snow-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?\" "." table)
    table))

;; Strings end behind their `${…}', in which other strings may stand, and comments nest, so both
;; are read here and marked at their ends.

(defun snow-skip-code ()
  "Move behind the brace that closes an interpolation; nil when there is none."
  (let ((depth 1))
    (while (and (> depth 0) (re-search-forward "\"\\(?:\"\"\\)?\\|[{}#]" nil t))
      (let ((found (match-string 0)))
        (cond ((string= found "{") (setq depth (1+ depth)))
              ((string= found "}") (setq depth (1- depth)))
              ((string= found "#") (end-of-line))
              (t (snow-skip-string found)))))
    (and (= depth 0) (point))))

(defun snow-skip-string (quotes)
  "Move behind the string that QUOTES have opened; nil when nothing closes it."
  (let ((next (concat "\\\\\\(?:.\\|\n\\)\\|\\${\\|" quotes)) (open t))
    (while (and open (re-search-forward next nil t))
      (cond ((string= (match-string 0) quotes) (setq open nil))
            ((string= (match-string 0) "${") (snow-skip-code))))
    (and (not open) (point))))

(defun snow-skip-block-comment ()
  "Move behind the comment whose `#=' was read; nil when nothing closes it."
  (let ((depth 1))
    (while (and (> depth 0) (re-search-forward "#=\\|=#" nil t))
      (setq depth (if (string= (match-string 0) "#=") (1+ depth) (1- depth))))
    (and (= depth 0) (point))))

(defun snow-syntax-propertize (start end)
  "Mark the ends of strings and block comments between START and END."
  (goto-char start)
  (let ((outside (nth 8 (syntax-ppss))))
    (when outside (goto-char outside)))
  (while (and (< (point) end) (re-search-forward "\"\\(?:\"\"\\)?\\|#=?" end 'move))
    (let* ((found (match-string 0))
           (open (match-beginning 0))
           (is-comment (string= found "#="))
           (is-line (string= found "#")))
      (if is-line
          (end-of-line)
        (let ((close (or (if is-comment (snow-skip-block-comment) (snow-skip-string found))
                         (goto-char (point-max))))
              (syntax (string-to-syntax (if is-comment "!" "|"))))
          (remove-text-properties open close '(syntax-table nil))
          (put-text-property open (1+ open) 'syntax-table syntax)
          (put-text-property (1- close) close 'syntax-table syntax))))))

(defun snow-match-interpolation (limit)
  "Find `${…}' in a string before LIMIT."
  (let (found)
    (while (and (not found) (re-search-forward "\\${" limit t))
      (let ((start (match-beginning 0)))
        (when (nth 3 (save-excursion (syntax-ppss start)))
          (when (snow-skip-code)
            (set-match-data (list start (point)))
            (setq found t)))))
    found))

(defconst snow-closes "[ \t]*\\(\\(?:end\\|else\\|after\\)\\_>\\|[])}]\\)"
  "What a line begins with that closes a bracket or block.")

(defconst snow-step "[ \t]*|>"
  "What a line begins with that is a step of a pipe.")

(defun snow-code-above ()
  "Go to the next line with code above this one; nil where there is none."
  (beginning-of-line)
  (re-search-backward "^[ \t]*[^# \t\n]" nil t))

(defun snow-is-step ()
  "Whether this line, or the one below a comment in it, is a step of a pipe."
  (save-excursion
    (beginning-of-line)
    (forward-comment (buffer-size))
    (beginning-of-line)
    (looking-at-p snow-step)))

(defun snow-to-opener ()
  "Go to the line whose bracket or block this line closes, if it closes one."
  (let ((indent (current-indentation)))
    (while (and (or (looking-at-p snow-closes) (> (current-indentation) indent))
                (snow-code-above)))))

(defun snow-is-body-of-arm ()
  "Whether the pipe or other expression that ends here is that of an arm.
It stands below the `->' then, and has no `end'."
  (save-excursion
    (while (and (looking-at-p snow-step) (snow-code-above))
      (snow-to-opener))
    (let ((indent (current-indentation)))
      (and (snow-code-above)
           (< (current-indentation) indent)
           (looking-at-p ".*->[ \t]*\\(#.*\\)?$")
           (not (looking-at-p ".*\\_<fn\\_>"))))))

(defun snow-indent-open ()
  "How far to indent this line, unless it closes something."
  (save-excursion
    (let ((is-step (snow-is-step)))
      (cond
       ((not (snow-code-above)) 0)
       ((looking-at ".*\\(\\_<do\\([ \t]*|[^|\n]*|\\)?\\|->\\|\\_<else\\|[[({]\\)[ \t]*\\(#.*\\)?$")
        (+ (current-indentation) 2))
       ;; The steps of a pipe stand to the right of the line that begins it, and what follows
       ;; does not.
       (t
        (let ((indent (current-indentation)))
          (snow-to-opener)
          (+ indent
             (if is-step 2 0)
             (if (looking-at-p snow-step) -2 0)
             (if (and (not is-step) (snow-is-body-of-arm)) -2 0))))))))

(defun snow-indent-line ()
  "Indent a line as far as the one above tells."
  (interactive)
  (let ((indent (snow-indent-open)))
    (save-excursion
      (beginning-of-line)
      (when (looking-at-p snow-closes)
        (setq indent (- indent 2))))
    (setq indent (max 0 indent))
    (if (<= (current-column) (current-indentation))
        (indent-line-to indent)
      (save-excursion (indent-line-to indent)))))

(defun snow-format-buffer ()
  "Lay out the buffer with `snowc fmt'.
With errors of syntax, leave it alone and show them."
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
  (setq-local syntax-propertize-function #'snow-syntax-propertize)
  (setq-local parse-sexp-lookup-properties t)
  (setq-local font-lock-defaults '(snow-font-lock-keywords)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.snow\\'" . snow-mode))

(provide 'snow-mode)
;;; snow-mode.el ends here
