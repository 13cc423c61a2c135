from barolib.errors import Problem, StudyError, nearest


def test_a_problem_says_where_it_is_what_is_wrong_and_how_to_fix_it():
    problem = Problem("themes.csv", "not a number", "write digits", "3", "position", "two")
    assert str(problem) == (
        "themes.csv, row 3, column position: not a number (found: 'two')\n    fix: write digits"
    )


def test_a_problem_of_a_whole_file_names_neither_row_nor_column_nor_value():
    problem = Problem("themes.csv", "the file is empty", "fill it")
    assert str(problem) == "themes.csv: the file is empty\n    fix: fill it"


def test_an_error_holds_each_problem_once_in_order():
    first, second = Problem("b.csv", "wrong", "fix it"), Problem("a.csv", "wrong", "fix it")
    error = StudyError([first, second, first])
    assert error.problems == (first, second)
    assert str(error) == f"{first}\n{second}"
    assert StudyError(first).problems == (first,)


def test_the_nearest_word_is_named_where_one_is_near():
    assert nearest("roundin", ["id", "rounding", "seed"]) == "did you mean 'rounding'?"


def test_known_words_are_listed_where_none_is_near():
    assert nearest("zzz", ["id", "seed"]) == "known: id, seed"
    assert nearest("zzz", []) == "none is known"
    assert nearest("zzz", [str(n) for n in range(13)]).endswith("11, …")
