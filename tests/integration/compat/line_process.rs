//! A program that answers questions, a line of JSON each.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout},
    thread,
};

use serde_json::Value;

/// A process that answers a line with a line.
pub(super) struct LineProcess {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl LineProcess {
    /// Takes a process whose input and output are piped.
    pub(super) fn of(mut process: Child) -> Self {
        let questions = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self { process, questions, answers }
    }

    /// Asks everything while it reads the answers: a pipe holds less than either.
    pub(super) fn ask_all(&mut self, questions: Vec<Value>) -> Vec<Value> {
        let mut pipe = self.questions.take().unwrap();
        let count = questions.len();
        let writing = thread::spawn(move || {
            questions.iter().for_each(|question| writeln!(pipe, "{question}").unwrap());
            pipe
        });
        let answers = (0..count).map(|_| self.read()).collect();
        self.questions = Some(writing.join().unwrap());
        answers
    }

    /// Asks one thing.
    pub(super) fn ask(&mut self, question: Value) -> Value {
        self.ask_all(vec![question]).remove(0)
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for LineProcess {
    fn drop(&mut self) {
        drop(self.questions.take());
        // It ends with its input.
        let _ = self.process.wait();
    }
}
